/** Time samplers that learn from the losses. */
import '@tensorflow/tfjs-backend-cpu';
import { setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { foldIn, type Key, key, type NoiseSchedule, type TimeSampler, uniform } from '@tweedie/core';
import { moons, pointTensor } from '@tweedie/data';
import { variancePreserving } from '@tweedie/forward-process';
import { mlp } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine, geometric, linearLogSnr } from '@tweedie/schedules';
import { train } from '@tweedie/training';
import { beforeAll, describe, expect, it } from 'vitest';
import { meanOf, midpoints } from '../../test/tables.js';
import {
  type AdaptiveMemory,
  adaptive,
  diffusionLoss,
  drawn,
  elbo,
  type ImportanceMemory,
  importance,
  stratified,
  uniformTimes,
} from '../index.js';

beforeAll(() => setBackend('cpu'));

const schedule = clamped(cosine(), { min: -9, max: 9 });
const process = variancePreserving(schedule);
const even: TimeSampler = { draw: (_, count) => ({ times: midpoints(count) }) };

/** The memory after `rounds` batches of 128 whose loss at t is that of `loss`. */
function taught<Memory>(sampler: TimeSampler<Memory>, loss: (t: number, chance: number) => number, rounds: number): Memory {
  let memory: Memory | undefined;
  for (let round = 0; round < rounds; round++) {
    const at = foldIn(key(1), round);
    const { times } = sampler.draw(at, 128, memory);
    const chances = uniform(foldIn(at, 1), 128);
    const losses = times.map((t, i) => loss(t, chances[i] ?? 0.5));
    memory = sampler.observe?.(times, losses, memory);
  }
  if (memory === undefined) throw new Error('the sampler does not learn');
  return memory;
}

const makers = {
  importance: (base: TimeSampler = stratified()): TimeSampler<ImportanceMemory> => importance({ bins: 20, base }),
  adaptive: (base: TimeSampler = stratified()): TimeSampler<AdaptiveMemory> => adaptive({ schedule, bins: 20, decay: 0.9, base }),
};
const steep = (t: number): number => 1e-3 + t ** 6;

describe.each(['importance', 'adaptive'] as const)('%s', (name) => {
  const make = (base?: TimeSampler): TimeSampler => makers[name](base);

  it('is even over its axis until every bin has been seen', () => {
    const fresh = make(even).draw(key(0), 50);
    const places = fresh.times.map((t) => (name === 'importance' ? t : (9 - schedule.logSnr(t)) / 18));
    expect(places).toEqual(midpoints(50).map((place) => expect.closeTo(place, 9)));
    const some = make(even).observe?.([0.5], [100]);
    expect(make(even).draw(key(0), 50, some)).toEqual(fresh);
  });

  it('then draws the costly times, and leaves every mean as it was', () => {
    const memory = taught(make(), steep, 60);
    const { times, weights = [] } = make(even).draw(key(0), 40_000, memory);
    expect(times.filter((t) => t > 0.7).length / times.length).toBeGreaterThan(0.6);
    for (const f of [() => 1, (t: number) => t, steep, (t: number) => Math.cos(3 * t)])
      expect(meanOf(times.map((t, i) => f(t) * (weights[i] ?? Number.NaN)))).toBeCloseTo(meanOf(midpoints(40_000).map(f)), 2);
  });

  it('keeps its weights positive where losses are negative, as those of bounds on densities are', () => {
    const { times, weights = [] } = make(even).draw(
      key(0),
      40_000,
      taught(make(), (t) => 1 - 1.5 * t, 60),
    );
    expect(Math.min(...weights)).toBeGreaterThan(0);
    expect(meanOf(times.map((t, i) => t * (weights[i] ?? Number.NaN)))).toBeCloseTo(0.5, 2);
  });

  it('lowers the variance of what is averaged', () => {
    const variance = (sampler: TimeSampler, memory?: unknown): number => {
      const { times, weights } = sampler.draw(key(0), 20_000, memory);
      const values = times.map((t, i) => steep(t) * (weights?.[i] ?? 1));
      return meanOf(values.map((value) => value ** 2)) - meanOf(values) ** 2;
    };
    expect(variance(make(even), taught(make(), steep, 60))).toBeLessThan(variance(even) / 20);
  });

  it('has plain JSON for memory, which it never changes', () => {
    const memory = taught(make(), steep, 12);
    const before = JSON.stringify(memory);
    const again: unknown = JSON.parse(before);
    expect(make().draw(key(2), 9, again)).toEqual(make().draw(key(2), 9, memory));
    make().observe?.([0.1, 0.9], [5, 5], memory);
    expect(JSON.stringify(memory)).toBe(before);
  });

  it('never draws an end, and gives finite weights, even after losses that are no numbers', () => {
    const memory = taught(
      make(),
      (t, chance) => (chance < 0.1 ? Number.NaN : chance < 0.2 ? Infinity : chance < 0.5 ? 0 : t),
      60,
    );
    const { times, weights = [] } = make().draw(key(3), 5000, memory);
    expect(times.filter((t) => !(t > 0 && t < 1))).toEqual([]);
    expect(weights.filter((weight) => !(weight > 0 && weight < Infinity))).toEqual([]);
    expect(weights).toHaveLength(5000);
    const nothing = taught(make(), () => 0, 60);
    expect(make(even).draw(key(0), 10, nothing).times).toHaveLength(10);
    expect(() => make().observe?.([0, 1], [1, 1], memory)).not.toThrow();
  });

  it('refuses the memory of a sampler with other bins', () => {
    const memory = name === 'importance' ? { history: [[]] } : { losses: [1], counts: [1] };
    for (const use of [() => make().draw(key(0), 2, memory), () => make().observe?.([0.5], [1], memory)])
      expect(use).toThrow(expect.objectContaining({ code: 'memory-mismatch' }));
  });
});

it('importance follows the second moment, of the last ten losses', () => {
  const sampler = importance({ bins: 2, base: even });
  // root mean squares 1 and 3: the second half of time gets ¾ of the draws
  const losses = [
    7,
    ...new Array<number>(10).fill(1),
    ...new Array<number>(5).fill(0),
    ...new Array<number>(5).fill(Math.sqrt(18)),
  ];
  const memory = sampler.observe?.(
    losses.map((_, i) => (i < 11 ? 0.2 : 0.8)),
    losses,
  );
  const { times, weights = [] } = sampler.draw(key(0), 4000, memory);
  expect(times.filter((t) => t > 0.5).length / 4000).toBeCloseTo(0.75, 2);
  expect(weights[0]).toBeCloseTo(2, 2); // half the time, a quarter of the draws
  expect(weights.at(-1)).toBeCloseTo(2 / 3, 2);
});

it('adaptive gives each log-SNR its share of the loss', () => {
  // a loss of 1 and 3 per log-SNR in the two halves of the range
  const sampler = adaptive({ schedule, bins: 2, base: even });
  const loss = (t: number) => (schedule.logSnr(t) > 0 ? 1 : 3) * -schedule.slope(t);
  const { times, weights = [] } = sampler.draw(key(0), 4000, taught(sampler, loss, 1));
  expect(times.filter((t) => schedule.logSnr(t) < 0).length / 4000).toBeCloseTo(0.75, 2);
  const values = times.map((t, i) => loss(t) * (weights[i] ?? Number.NaN));
  // 18·(½·1 + ½·3), the same everywhere
  expect(Math.min(...values)).toBeCloseTo(36, 0);
  expect(Math.max(...values)).toBeCloseTo(36, 0);
});

describe('on a trained model', () => {
  const network = mlp({ key: key(0), width: 24, layers: 2, embedding: 16 });
  const options = { network, parameterization: v(), weighting: elbo() };
  const data = (at: Key, count: number) => pointTensor(moons(), at, count);

  beforeAll(async () => {
    function* batches(from: number): Generator<{ x: Tensor }> {
      for (let i = from; ; i++) yield { x: data(foldIn(key(1), i), 64) };
    }
    for await (const _ of train({
      objective: diffusionLoss({ ...options, process }),
      batches,
      steps: 300,
      key: key(2),
      clip: 1,
    }));
  });

  /** Rounds of 256 examples: their losses as they are averaged, their places from clean to noisy, and what the sampler has learnt. */
  function observed(on: NoiseSchedule, times: TimeSampler, rounds: number, known?: unknown) {
    const objective = diffusionLoss({ ...options, process: variancePreserving(on), times });
    let memory = known;
    const [losses, places]: [number[], number[]] = [[], []];
    tidy(() => {
      for (let round = 0; round < rounds; round++) {
        const at = foldIn(key(known === undefined ? 3 : 4), round);
        const inputs = objective.prepare({ x: data(at, 256) }, at, memory);
        if (inputs instanceof Promise) throw new TypeError('the inputs come at once');
        const perExample = Array.from(objective.evaluate(inputs).perExample?.dataSync() ?? []);
        const weights = inputs.importance?.dataSync();
        losses.push(...perExample.map((loss, i) => loss * (weights?.[i] ?? 1)));
        places.push(...Array.from(inputs.times.dataSync(), (t) => (9 - on.logSnr(t)) / 18));
        if (known === undefined) memory = times.observe?.(Array.from(inputs.times.dataSync()), perExample, memory);
      }
    });
    return { losses, places, memory };
  }
  /** Mean and variance of the losses, and the squared standard errors of both. */
  function moments(losses: readonly number[]) {
    const mean = meanOf(losses);
    const squares = losses.map((loss) => (loss - mean) ** 2);
    const variance = meanOf(squares);
    const doubt = meanOf(squares.map((square) => (square - variance) ** 2)) / losses.length;
    return { mean, variance, doubts: { mean: variance / losses.length, variance: doubt } };
  }
  const compared = (on: NoiseSchedule) => {
    const learning = adaptive({ schedule: on, bins: 50, decay: 0.99, base: uniformTimes() });
    const { memory } = observed(on, learning, 80);
    return {
      uniform: moments(observed(on, uniformTimes(), 160).losses),
      adapted: moments(observed(on, learning, 160, memory).losses),
    };
  };
  let found: readonly [ReturnType<typeof compared>, ReturnType<typeof compared>] | undefined;
  /** With the cosine schedule, and with one that is linear in log-SNR between the same ends; measured once. */
  const both = () => (found ??= [compared(schedule), compared(linearLogSnr({ min: -9, max: 9 }))]);
  type Moments = ReturnType<typeof moments>;
  const apart = (one: Moments, other: Moments) =>
    Math.abs(one.mean - other.mean) / Math.sqrt(one.doubts.mean + other.doubts.mean);

  it('adaptive times lower the variance of the bound by an order of magnitude, and not its mean', () => {
    const [{ uniform, adapted }] = both();
    expect(uniform.variance - 5 * Math.sqrt(uniform.doubts.variance)).toBeGreaterThan(6 * adapted.variance);
    expect(apart(uniform, adapted)).toBeLessThan(5);
  });

  it('and come to the least variance there is, drawing log-SNR by the root of the second moment', () => {
    const [{ adapted }] = both();
    const even: TimeSampler = drawn(
      { quantile: (p) => schedule.time(9 - 18 * p), density: (t) => -schedule.slope(t) / 18 },
      { undo: true },
    );
    const { losses, places } = observed(schedule, even, 160);
    const squares = Array.from({ length: 50 }, (_, bin) =>
      meanOf(losses.filter((_, i) => Math.min(49, Math.floor(50 * (places[i] ?? 0))) === bin).map((loss) => loss ** 2)),
    );
    const least = meanOf(squares.map(Math.sqrt)) ** 2 - meanOf(losses) ** 2;
    expect(adapted.variance / least).toBeLessThan(1.15);
    expect(adapted.variance / least).toBeGreaterThan(0.9);
  });

  it('the bound is the same on another schedule; its variance is not, unless times adapt', () => {
    const [one, other] = both();
    expect(apart(one.uniform, other.uniform)).toBeLessThan(5);
    expect(one.uniform.variance - 5 * Math.sqrt(one.uniform.doubts.variance)).toBeGreaterThan(2 * other.uniform.variance);
    expect(one.adapted.variance / other.adapted.variance).toBeCloseTo(1, 4);
  });
});

it.each([
  ['bins-not-positive', () => importance({ bins: 0 })],
  ['history-not-positive', () => importance({ history: 1.5 })],
  ['mixing-out-of-range', () => importance({ mixing: 0 })],
  ['schedule-infinite', () => adaptive({ schedule: cosine() })],
  ['bins-not-positive', () => adaptive({ schedule: geometric(), bins: Number.NaN })],
  ['decay-out-of-range', () => adaptive({ schedule: geometric(), decay: 1 })],
  ['mixing-out-of-range', () => adaptive({ schedule: geometric(), mixing: 1.1 })],
])('refuses by name: %s', (code, make) => {
  expect(make).toThrow(expect.objectContaining({ code }));
});
