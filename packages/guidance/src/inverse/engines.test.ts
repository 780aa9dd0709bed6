import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { randomised } from '@tweedie/backend-suite/randomised';
import { wasm } from '@tweedie/backend-wasm';
import { compiledNetwork } from '@tweedie/compile';
import { onnxRuntime } from '@tweedie/compile/node';
import { denoiser, type Guidance, key, type Moment, type Network, normal } from '@tweedie/core';
import { compactUnet } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { forms, linearLogSnr } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { averaged } from './averaged.js';
import { blurred } from './blurred.js';
import { consistent } from './consistent.js';
import { gaussianKernel } from './gaussian-kernel.js';
import type { Measured } from './linear-operator.js';
import { posteriorSampling } from './posterior-sampling.js';
import { pseudoinverseGuided } from './pseudoinverse-guided.js';

await wasm().load();
const { level } = forms(linearLogSnr({ min: -8, max: 8 }))['variance preserving'];
const [from, to] = [level(0), level(1)];
const moment: Moment = { from, to, index: 0, count: 1, note: () => undefined, recall: () => undefined };
const network = compactUnet({ key: key(0), image: [8, 8, 1], widths: [8, 8], groups: 4, embedding: 8 });
randomised(network.parameters);
const ways: Readonly<Record<string, (measured: Measured) => Guidance<undefined>>> = {
  consistent,
  posteriorSampling,
  pseudoinverseGuided: (measured) => pseudoinverseGuided({ ...measured, noise: 0.1 }),
};
const operators = { averaged: averaged(2), blurred: blurred(gaussianKernel({ deviation: 0.5 }), { boundary: 'circular' }) };

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN))));

test.each(
  Object.entries(ways).flatMap(([name, way]) =>
    Object.entries(operators).map(([seen, operator]) => [name, seen, way, operator] as const),
  ),
)('%s of a U-Net, %s: wasm gives what plain JavaScript gives, through the network and back', async (_, __, way, operator) => {
  await setBackend('cpu');
  const measurement = operator.apply(normal(key(2), [1, 8, 8, 1]));
  const x = normal(key(1), [2, 8, 8, 1]);
  const plain = denoiser(network, v());
  const guided = () => way({ operator, measurement })(plain)(x, from, undefined, moment);
  const expected = guided().dataSync();
  const alone = plain(x, from, undefined).dataSync();
  expect(furthest(expected, alone)).toBeGreaterThan(0.1);
  await setBackend('wasm');
  const before = memory().numTensors;
  const result = guided();
  expect(memory().numTensors).toBe(before + 1);
  expect(furthest(expected, result.dataSync())).toBeLessThan(1e-4);
});

test('a compiled network is guided as any other, and nothing is left behind', async () => {
  await setBackend('cpu');
  const engine = await onnxRuntime();
  const compiled = compiledNetwork(network, engine);
  const measured = { operator: operators.averaged, measurement: operators.averaged.apply(normal(key(2), [1, 8, 8, 1])) };
  const x = normal(key(1), [2, 8, 8, 1]);
  for (const guidance of [consistent(measured), posteriorSampling(measured), pseudoinverseGuided(measured)]) {
    const by = (which: Network) => guidance(denoiser(which, v()))(x, from, undefined, moment);
    const expected = by(network).dataSync();
    by(compiled).dispose(); // makes its graphs
    const before = memory().numTensors;
    const result = by(compiled);
    expect(memory().numTensors).toBe(before + 1);
    expect(furthest(expected, result.dataSync())).toBeLessThan(1e-4);
  }
  compiled.dispose();
  await engine.close();
});
