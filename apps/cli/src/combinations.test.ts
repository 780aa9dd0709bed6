/** Parts that were never made for each other, put together at random: each combination trains, or says why not. */
import { dispose } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key } from '@tweedie/core';
import { pointTensor } from '@tweedie/data';
import { mlp } from '@tweedie/networks';
import { train } from '@tweedie/training';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { PARAMETERIZATIONS, PROCESSES, SCHEDULES, TIMES, WEIGHTINGS } from '../test/parts.js';
import { parameterizationOf, pointsOf, processOf, scheduleOf } from './components.js';
import { lossOf } from './loss.js';

const STEPS = 200;
const BATCH = 32;
const RUNS = 24;
const points = pointsOf('moons');

beforeAll(() => wasm().load());

/** Losses of a short training, all finite, or the code of the error with which a part refused. */
async function trained(choice: Choice): Promise<readonly number[] | string> {
  const network = mlp({ key: key(1), width: 16, layers: 2 });
  const history: number[] = [];
  try {
    const schedule = scheduleOf(choice.schedule);
    const process = processOf(choice.process, schedule);
    const noising = { schedule, process, parameterization: parameterizationOf(choice.parameterization, process) };
    const { objective } = lossOf('diffusionLoss', { network, ...noising, weighting: choice.weighting, times: choice.times });
    const run = train({
      objective,
      *batches() {
        for (let k = 0; ; k++) yield { x: pointTensor(points, key(2), BATCH, k * BATCH) };
      },
      steps: STEPS,
      key: key(3),
      learningRate: 1e-3,
    });
    for await (const { loss } of run) if (loss !== undefined) history.push(loss);
    const parameters = [...network.parameters.values()].flatMap((variable) => [...variable.dataSync()]);
    return [...history, ...parameters];
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  } finally {
    dispose([...network.parameters.values()]);
  }
}

const choices = fc.record({
  schedule: fc.constantFrom(...SCHEDULES),
  process: fc.constantFrom(...PROCESSES),
  parameterization: fc.constantFrom(...PARAMETERIZATIONS),
  weighting: fc.constantFrom(...WEIGHTINGS),
  times: fc.constantFrom(...TIMES),
});
type Choice = typeof choices extends fc.Arbitrary<infer Value> ? Value : never;

it(`any schedule, process, parameterisation, weighting and times train for ${STEPS} steps, or one of them refuses`, async () => {
  const refusals = new Set<string>();
  await fc.assert(
    fc.asyncProperty(choices, async (choice) => {
      const outcome = await trained(choice);
      if (typeof outcome === 'string') refusals.add(outcome);
      else expect(outcome.every(Number.isFinite), JSON.stringify(outcome.slice(0, 20))).toBe(true);
    }),
    { numRuns: RUNS, seed: 20, endOnFailure: true },
  );
  expect([...refusals].filter((code) => !/^(schedule-infinite|weighting-not-monotone|density-outside)$/.test(code))).toEqual([]);
});
