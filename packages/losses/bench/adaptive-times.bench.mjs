/**
 * What the choice of training times is worth on a trained model: `node packages/losses/bench/adaptive-times.bench.mjs [--quick]`.
 *
 * Trains the perceptron on two moons, with the ELBO weighting and with a sigmoid, and then holds it still. For each sampler of times, over
 * many keys with fresh data: the mean of the loss, which is the same for all; the variance of a weighted loss per example, and of the loss
 * and the gradient of a batch, as factors by which they are smaller than with uniform times, with standard errors. The `optimum` draws
 * log-SNR in proportion to the root of the loss's second moment, which nothing that draws log-SNRs independently can better. Last, the same
 * model and objective under five schedules with the same ends: equal means, unequal variances (Kingma & Gao 2023), unless times adapt.
 */
import { dispose } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { foldIn, key } from '@tweedie/core';
import { moons, pointTensor } from '@tweedie/data';
import { variancePreserving } from '@tweedie/forward-process';
import { adaptive, antithetic, diffusionLoss, elbo, importance, sigmoid, stratified, uniformTimes } from '@tweedie/losses';
import { mlp } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine, linearBeta, linearLogSnr, rectifiedFlow, sigmoid as sigmoidSchedule } from '@tweedie/schedules';
import { eager, train } from '@tweedie/training';

const quick = process.argv.includes('--quick');
const [BATCH, STEPS, KEYS, WARM_UP, PILOT] = quick ? [128, 200, 60, 100, 40] : [128, 3000, 500, 500, 1000];
const [MIN, MAX, BINS] = [-10, 10, 100];
await wasm().load();

const schedules = {
  cosine: clamped(cosine(), { min: MIN, max: MAX }),
  'linear beta': clamped(linearBeta(), { min: MIN, max: MAX }),
  'linear log-SNR': linearLogSnr({ min: MIN, max: MAX }),
  'rectified flow': clamped(rectifiedFlow(), { min: MIN, max: MAX }),
  sigmoid: clamped(sigmoidSchedule(), { min: MIN, max: MAX }),
};
const data = (seed, count) => ({ x: pointTensor(moons(), seed, count) });
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean and variance, each with its standard error, of numbers or of vectors: the variance of a vector is the sum of its elements'. */
function moments(vectors) {
  const centre = new Float64Array(vectors[0].length);
  for (const vector of vectors) for (let i = 0; i < centre.length; i++) centre[i] += vector[i] / vectors.length;
  const squares = vectors.map((vector) => centre.reduce((sum, middle, i) => sum + (vector[i] - middle) ** 2, 0));
  const variance = mean(squares);
  const spread = Math.sqrt(mean(squares.map((square) => (square - variance) ** 2)) / squares.length);
  return { mean: centre, error: Math.sqrt(variance / vectors.length), variance, relative: spread / variance };
}

/** The memory of a sampler after batches of the model as it stands. */
function warmed(model, sampler) {
  const objective = diffusionLoss({ ...model, times: sampler });
  let memory;
  for (let round = 0; round < WARM_UP; round++) {
    const seed = foldIn(key(10), round);
    const batch = data(seed, BATCH);
    const inputs = objective.prepare(batch, seed, memory);
    const { loss, perExample } = objective.evaluate(inputs);
    memory = sampler.observe([...inputs.times.dataSync()], [...perExample.dataSync()], memory);
    dispose([batch, inputs, loss, perExample]);
  }
  return { draw: (seed, count) => sampler.draw(seed, count, memory) };
}

/** A sampler of times at its memory: losses per example as they are averaged, losses of batches, gradients of batches. */
function measured(model, times) {
  const objective = diffusionLoss({ ...model, times });
  const differentiate = eager(objective);
  const [examples, losses, gradients] = [[], [], []];
  for (let k = 0; k < KEYS; k++) {
    const seed = foldIn(key(20), k);
    const batch = data(seed, BATCH);
    const inputs = objective.prepare(batch, seed);
    const result = differentiate(inputs);
    const weights = inputs.importance?.dataSync();
    examples.push(...[...result.perExample.dataSync()].map((loss, i) => [loss * (weights?.[i] ?? 1)]));
    losses.push([...result.loss.dataSync()]);
    gradients.push(Float32Array.from(Object.values(result.gradients).flatMap((gradient) => [...gradient.dataSync()])));
    dispose([batch, inputs, result]);
  }
  return { example: moments(examples), loss: moments(losses), gradient: moments(gradients) };
}

/** First and second moment of the loss over log-SNR, from log-SNRs drawn evenly; and with them, what theory says of variances. */
function theory(model, schedule) {
  const speed = (t) => -schedule.slope(t) / (MAX - MIN);
  const even = {
    draw: (seed, count) => ({
      times: stratified()
        .draw(seed, count)
        .times.map((u) => schedule.time(MAX - (MAX - MIN) * u)),
    }),
  };
  const objective = diffusionLoss({ ...model, times: even });
  const bins = Array.from({ length: BINS }, () => ({ count: 0, first: 0, second: 0 }));
  let uniform = 0;
  for (let round = 0; round < PILOT; round++) {
    const seed = foldIn(key(30), round);
    const batch = data(seed, BATCH);
    const inputs = objective.prepare(batch, seed);
    const { loss, perExample } = objective.evaluate(inputs);
    const [times, losses] = [inputs.times.dataSync(), perExample.dataSync()];
    times.forEach((t, i) => {
      const place = losses[i] / speed(t);
      const bin = bins[Math.min(BINS - 1, Math.floor(((MAX - schedule.logSnr(t)) / (MAX - MIN)) * BINS))];
      bin.count++;
      bin.first += place;
      bin.second += place ** 2;
      uniform += (place ** 2 * speed(t)) / (PILOT * BATCH);
    });
    dispose([batch, inputs, loss, perExample]);
  }
  const firsts = bins.map(({ count, first }) => first / count);
  const roots = bins.map(({ count, second }) => Math.sqrt(second / count));
  const whole = mean(firsts);
  const optimum = mean(roots) ** 2 - whole ** 2;
  const adapted = mean(roots.map((root, i) => (root ** 2 / firsts[i]) * whole)) - whole ** 2;
  return {
    variances: { uniform: uniform - whole ** 2, adapted, optimum },
    memory: { losses: roots, counts: roots.map(() => 1) },
  };
}

const figure = (value) => value.toPrecision(3);
const columns = (name, ...values) => console.log([name.padEnd(34), ...values.map((value) => value.padStart(19))].join(''));
const factor = (one, other) =>
  `${figure(other.variance / one.variance)} ± ${((other.variance / one.variance) * Math.hypot(one.relative, other.relative)).toPrecision(1)}`;
function sameMean(name, one, other) {
  const distance = Math.hypot(...one.mean.map((value, i) => value - other.mean[i])) / Math.hypot(one.error, other.error);
  if (!(distance < 5)) throw new Error(`${name} changes the mean, by ${distance} standard errors`);
  return distance.toFixed(1);
}

const base = { process: variancePreserving(schedules.cosine), parameterization: v() };
for (const [weightingName, weighting] of Object.entries({ elbo: elbo(), 'sigmoid, bias 1': sigmoid({ bias: 1 }) }))
  for (const [timesName, times] of Object.entries({ uniform: uniformTimes(), stratified: stratified() })) {
    const network = mlp({ key: key(0), width: 64 });
    const model = { ...base, weighting, network };
    function* batches(from) {
      for (let k = from; ; k++) yield data(foldIn(key(1), k), BATCH);
    }
    const run = train({
      objective: diffusionLoss({ ...model, times }),
      batches,
      steps: STEPS,
      key: key(2),
      clip: 1,
      logEvery: STEPS / 10,
    });
    let last;
    for await (const { loss } of run) last = loss ?? last;

    const known = theory(model, schedules.cosine);
    const learning = (base) => ({
      importance: warmed(model, importance({ base })),
      adaptive: warmed(model, adaptive({ schedule: schedules.cosine, base })),
      optimum: {
        draw: (seed, count) => adaptive({ schedule: schedules.cosine, bins: BINS, base }).draw(seed, count, known.memory),
      },
    });
    const samplers = { uniform: uniformTimes(), ...learning(uniformTimes()), antithetic: antithetic(), stratified: stratified() };
    for (const [name, sampler] of Object.entries(learning(stratified()))) samplers[`${name}, stratified`] = sampler;

    console.log(
      `\n${weightingName}, trained ${STEPS} steps with ${timesName} times (loss ${figure(last)}), variances in units of uniform times'`,
    );
    columns('', 'mean loss', 'example', 'loss of a batch', 'gradient', 'means differ, s.e.');
    let uniform;
    for (const [name, sampler] of Object.entries(samplers)) {
      const one = measured(model, sampler);
      uniform ??= one;
      const parts = ['example', 'loss', 'gradient'];
      columns(
        name,
        `${figure(one.example.mean[0])} ± ${one.example.error.toPrecision(1)}`,
        ...parts.map((part) => factor(one[part], uniform[part])),
        ['loss', 'gradient'].map((part) => sameMean(name, one[part], uniform[part])).join(', '),
      );
    }
    const { variances } = known;
    console.log(
      `in theory, per example: adaptive ${figure(variances.uniform / variances.adapted)}, optimum ${figure(variances.uniform / variances.optimum)}`,
    );

    if (timesName === 'stratified') {
      console.log(`\nthe same model under five schedules, ${weightingName}: variance of a loss per example`);
      columns('', 'mean loss', 'uniform times', 'adaptive times', 'means differ, s.e.');
      for (const [name, schedule] of Object.entries(schedules)) {
        const here = { ...model, process: variancePreserving(schedule) };
        const plain = measured(here, uniformTimes()).example;
        const adapted = measured(here, warmed(here, adaptive({ schedule, base: uniformTimes() }))).example;
        const variance = (of) => `${figure(of.variance)} ± ${(of.variance * of.relative).toPrecision(1)}`;
        const distances = [plain, adapted].map((of) => sameMean(name, of, uniform.example));
        columns(
          name,
          `${figure(plain.mean[0])} ± ${plain.error.toPrecision(1)}`,
          variance(plain),
          variance(adapted),
          distances.join(', '),
        );
      }
    }
    dispose([...network.parameters.values()]);
  }
