import '@tensorflow/tfjs-backend-cpu';
import { add, div, memory, mul, type Tensor, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, denoiser, key, normal } from '@tweedie/core';
import { gaussianMixture, mixtureDenoiser } from '@tweedie/data';
import { varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { mlp } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine, geometric } from '@tweedie/schedules';
import { expect, test } from 'vitest';
import { logLikelihood } from './log-likelihood.js';
import { everyAxis, rademacher } from './probes.js';
import { tensorModel } from './tensor-model.js';
import { transport } from './transport.js';

const mixture = gaussianMixture({
  means: [
    [-0.8, 0.3, 0.1],
    [0.6, -0.5, 0.9],
  ],
  covariances: [0.2, 0.1],
  weights: [1, 2],
});
const process = variancePreserving(clamped(cosine(), { min: -12, max: 6 }));
const points = [
  [-0.7, 0.1, 0.3],
  [0.5, -0.4, 1.2],
  [0.1, 0.2, 0.4],
];

test('the density of a mixture in three dimensions, by float32 and its gradients; nothing is left behind', async () => {
  const x = tensor(points);
  const before = memory().numTensors;
  const model = tensorModel(mixtureDenoiser(mixture));
  const { nats, dimensions } = await logLikelihood({ model, process, x, probes: everyAxis() });
  expect(memory().numTensors).toBe(before);
  expect(dimensions).toBe(3);
  points.forEach((point, i) => {
    const exact = mixture.logDensity(point, process.at(0));
    expect(Math.abs((nats[i] ?? 0) - exact)).toBeLessThan(3e-3);
  });
  x.dispose();
});

test('there and back again, on tensors', async () => {
  const x = tensor(points);
  const before = memory().numTensors;
  const model = tensorModel(mixtureDenoiser(mixture));
  const [clean, noisy] = [process.at(0), process.at(1)];
  const latents = await transport({ model, process, x, from: clean, to: noisy });
  const back = await transport({ model, process, x: latents.x, from: noisy, to: clean });
  expect(memory().numTensors).toBe(before + 2);
  expect(back.x.shape).toEqual([3, 3]);
  const values = await back.x.data();
  points.flat().forEach((value, i) => void expect(values[i]).toBeCloseTo(value, 3));
});

test('the same request, the same numbers; and a batch cut in two draws the same probes', async () => {
  const model = tensorModel(mixtureDenoiser(mixture));
  const run = (rows: readonly number[][], first: number) =>
    logLikelihood({ model, process, x: tensor([...rows]), probes: rademacher({ key: key(9), count: 2, first }) });
  const [whole, again, rest] = [await run(points, 0), await run(points, 0), await run(points.slice(1), 1)];
  expect(again.nats).toEqual(whole.nats);
  rest.nats.forEach((each, i) => void expect(each).toBeCloseTo(whole.nats[i + 1] ?? Number.NaN, 3));
});

test('the trace of a network is that of its finite differences, by axes and by signs', async () => {
  const model = tensorModel(denoiser(mlp({ key: key(0), width: 16 }), v()));
  const x = normal(key(5), [4, 2]);
  const [batch, level] = [await model(x), process.level(-1)];
  const at = async (shift: number, axis: number) =>
    (
      await batch.estimate(
        batch.values.map((each, i) => (i % 2 === axis ? each + shift : each)),
        level,
        [],
      )
    ).x0;
  const [right, left, up, down] = await Promise.all([at(0.01, 0), at(-0.01, 0), at(0.01, 1), at(-0.01, 1)]);
  const signs = [
    [1, 1],
    [1, -1],
  ].map((pair) => Float64Array.from({ length: 8 }, (_, i) => pair[i % 2] ?? 0));
  const byAxes = await batch.estimate(batch.values, level, everyAxis()(4, 2));
  const bySigns = await batch.estimate(batch.values, level, signs);
  for (let i = 0; i < 4; i++) {
    const [r = 0, l = 0, u = 0, d = 0] = [right?.[2 * i], left?.[2 * i], up?.[2 * i + 1], down?.[2 * i + 1]];
    expect(byAxes.traces[i]).toBeCloseTo((r - l + u - d) / 0.02, 3);
    expect(bySigns.traces[i]).toBeCloseTo(byAxes.traces[i] ?? Number.NaN, 5);
  }
});

test('a condition reaches the denoiser: two Gaussians, each example under its own', async () => {
  const exploding = varianceExploding(geometric({ sigmaMin: 0.05, sigmaMax: 30 }));
  const conditioned: Denoiser<Tensor> = (x, { sigma }, means) => tidy(() => div(add(x, mul(means, sigma ** 2)), 1 + sigma ** 2)); // data N(mean, 1)
  const x = tensor([[0.5], [-1]]);
  const means = tensor([[0], [2]]);
  const { nats } = await logLikelihood({
    model: tensorModel(conditioned, means),
    process: exploding,
    x,
    probes: everyAxis(),
    prior: () => 0,
    rtol: 1e-6,
    atol: 1e-6,
  });
  // With a flat prior what is left is the volume: the ratio of the two deviations.
  const { sigma: from } = exploding.at(0);
  const { sigma: to } = exploding.at(1);
  for (const each of nats) expect(each).toBeCloseTo(Math.log(Math.sqrt((1 + to ** 2) / (1 + from ** 2))), 3);
  const { latents } = await logLikelihood({ model: tensorModel(conditioned, means), process: exploding, x, probes: everyAxis() });
  [0.5, -1].forEach((value, i) => {
    const mean = [0, 2][i] ?? 0;
    expect(latents[i]).toBeCloseTo(mean + (value - mean) * Math.sqrt((1 + to ** 2) / (1 + from ** 2)), 2);
  });
});

test('a denoiser that fails leaves nothing behind', async () => {
  const failing: Denoiser = (x) => {
    mul(x, tensor1d([2, 2, 2]));
    throw new Error('no');
  };
  const x = tensor(points);
  const before = memory().numTensors;
  const run = logLikelihood({ model: tensorModel(failing), process, x, probes: everyAxis() });
  await expect(run).rejects.toThrow('no');
  expect(memory().numTensors).toBe(before);
});
