import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, tensor1d, type Variable, variable } from '@tensorflow/tfjs-core';
import { describeGoldens, flag, type GoldenCase, number, numbers, record, slices } from '@tweedie/goldens';
import tools from '@tweedie/goldens/networks/training-tools.json' with { type: 'json' };
import { beforeAll, describe, expect, test } from 'vitest';
import { ema } from './ema.js';
import { halfLife, powerDecay, rampedDecay } from './ema-decay.js';

beforeAll(() => setBackend('cpu'));

const parametersOf = (values: Record<string, number[]>): ReadonlyMap<string, Variable> =>
  new Map(Object.entries(values).map(([name, value]) => [name, variable(tensor1d(value))]));
const valuesIn = (variable: Variable | undefined) => [...(variable?.dataSync() ?? [])];

function decayOf(golden: GoldenCase) {
  const kwargs = record(golden.kwargs);
  const read = (name: string, otherwise: number) => (kwargs[name] === undefined ? otherwise : number(kwargs[name]));
  const limits = { limit: read('decay', 0.9999), minimum: read('min_decay', 0), after: read('update_after_step', 0) };
  const power = kwargs.use_ema_warmup !== undefined && flag(kwargs.use_ema_warmup);
  return power ? powerDecay({ ...limits, inverseGamma: read('inv_gamma', 1), power: read('power', 2 / 3) }) : rampedDecay(limits);
}

describeGoldens('ema', tools, (golden) => {
  if (golden.shadow_per_step === undefined) return undefined;
  return () => {
    const decay = decayOf(golden);
    const given = slices(golden.params_per_step).map((row) => [...row]);
    const parameters = parametersOf({ w: given[0] ?? [] });
    const average = ema(parameters, { decay });
    const shadows = given.flatMap((values, i) => {
      parameters.get('w')?.assign(tensor1d(values));
      average.update(i + 1);
      return valuesIn(average.parameters.get('w'));
    });
    return {
      decay: [[...numbers(golden.optimization_steps)].map((update) => decay(update)), golden.decay ?? null],
      // The averages are float32.
      shadow_per_step: [
        shadows.map((value, i) => within(value, numbers(golden.shadow_per_step)[i] ?? Number.NaN, 1e-6)),
        golden.shadow_per_step ?? null,
      ],
    };
  };
});

/** The expected number itself where the actual one is that close, so that two tolerances can stand in one case. */
const within = (actual: number, expected: number, tolerance: number) =>
  Math.abs(actual - expected) <= tolerance * Math.abs(expected) ? expected : actual;

describe('ema', () => {
  test('a half-life of n halves the distance in n updates', () => {
    const parameters = parametersOf({ w: [0] });
    const average = ema(parameters, { decay: halfLife(12) });
    parameters.get('w')?.assign(tensor1d([1]));
    for (let update = 1; update <= 36; update++) average.update(update);
    expect(valuesIn(average.parameters.get('w'))[0]).toBeCloseTo(1 - 1 / 8, 5);
  });

  test('starts as a copy, updates without leaks and frees all', () => {
    const parameters = parametersOf({ a: [1, 2], b: [3] });
    const before = memory().numTensors;
    const average = ema(parameters, { decay: 0.5 });
    expect(valuesIn(average.parameters.get('a'))).toEqual([1, 2]);
    const during = memory().numTensors;
    parameters.get('a')?.assign(tensor1d([3, 2]));
    average.update(1);
    expect(memory().numTensors).toBe(during + 1); // the tensor of this test
    expect(valuesIn(average.parameters.get('a'))).toEqual([2, 2]);
    average.dispose();
    expect(memory().numTensors).toBe(before + 1);
  });

  test('refuses what cannot be', () => {
    const one = parametersOf({ w: [1] });
    expect(() => ema(one, { decay: 1.5 })).toThrow(expect.objectContaining({ code: 'decay-out-of-range' }));
    expect(() => rampedDecay({ limit: -1 })).toThrow(expect.objectContaining({ code: 'decay-out-of-range' }));
    expect(() => halfLife(0)).toThrow(expect.objectContaining({ code: 'half-life-not-positive' }));
  });
});
