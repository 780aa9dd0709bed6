/**
 * A flow trained with optimal transport pairs, from eight Gaussians to two moons: it carries the one to the other, nearly
 * straight.
 */
import { wasm } from '@tweedie/backend-wasm';
import { denoiser, foldIn, key, sample } from '@tweedie/core';
import { eightGaussians, moons, pointTensor } from '@tweedie/data';
import { linearInterpolant } from '@tweedie/forward-process';
import { mlp } from '@tweedie/networks';
import { velocity } from '@tweedie/parameterizations';
import { ddim } from '@tweedie/samplers';
import { rectifiedFlow } from '@tweedie/schedules';
import { adamW, train } from '@tweedie/training';
import { beforeAll, expect, it } from 'vitest';
import { type Coupling, flowMatching, independent, minibatchOptimalTransport, squaredDistances } from '../index.js';

beforeAll(() => wasm().load());

const [ring, crescents] = [eightGaussians({ radius: 2, deviation: 0.1 }), moons()];
const COUNT = 1000;
const STEPS = 500;
const data = (seed: number) => crescents.points(key(seed), COUNT);

/**
 * `2E|X − Y| − E|X − X'| − E|Y − Y'|`, without bias: 0 if and only if both are drawn from one distribution. Székely & Rizzo 2013.
 */
function energyDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const mean = (a: ArrayLike<number>, b: ArrayLike<number>, pairs: number): number =>
    squaredDistances(a, b, COUNT).reduce((sum, square) => sum + Math.sqrt(square), 0) / pairs;
  const others = COUNT * (COUNT - 1);
  return 2 * mean(x, y, COUNT ** 2) - mean(x, x, others) - mean(y, y, others);
}

/** Trains, and carries a fresh source along the flow in so many steps. */
async function transported(coupling: Coupling) {
  const network = mlp({ key: key(1), width: 64 });
  const run = train({
    objective: flowMatching({
      network,
      coupling,
      source: (from, [count = 0]) => pointTensor(ring, from, count),
    }),
    *batches(from) {
      for (let k = from; ; k++) yield { x: pointTensor(crescents, foldIn(key(2), k), 128) };
    },
    steps: STEPS,
    key: key(3),
    optimizer: adamW(),
    learningRate: (step) => 3e-3 * (1 - step / STEPS),
    logEvery: 100,
  });
  let loss = Number.NaN;
  for await (const step of run) loss = step.loss ?? loss;
  const start = pointTensor(ring, key(4), COUNT);
  const carried = async (steps: number) => {
    const grid = Array.from({ length: steps + 1 }, (_, i) => 1 - i / steps);
    const process = linearInterpolant(rectifiedFlow());
    const end = await sample({ denoiser: denoiser(network, velocity()), process, sampler: ddim(), grid, key: key(0), start });
    return end.data();
  };
  return { loss, carried };
}

it('carries eight Gaussians to two moons, with optimal transport in a single step', async () => {
  const untouched = energyDistance(ring.points(key(4), COUNT), data(5));
  expect(untouched).toBeGreaterThan(0.5);
  expect(Math.abs(energyDistance(data(6), data(5)))).toBeLessThan(0.01); // the noise of the estimate
  const [straight, bent] = [await transported(minibatchOptimalTransport()), await transported(independent())];
  expect(energyDistance(await straight.carried(32), data(5))).toBeLessThan(0.025);
  expect(energyDistance(await bent.carried(32), data(5))).toBeLessThan(0.05);
  expect(energyDistance(await straight.carried(1), data(5))).toBeLessThan(0.03);
  expect(energyDistance(await bent.carried(1), data(5))).toBeGreaterThan(0.1);
  // what is left of the loss is the variance of the velocity given the point
  expect(straight.loss).toBeLessThan(bent.loss / 5);
});
