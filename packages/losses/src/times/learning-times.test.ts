/** Time samplers that learn from the losses. */
import '@tensorflow/tfjs-backend-cpu';
import { mul, setBackend } from '@tensorflow/tfjs-core';
import { foldIn, key, type Network, normal, type TimeSampler, uniform } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { epsilon } from '@tweedie/parameterizations';
import { clamped, cosine, geometric } from '@tweedie/schedules';
import { beforeAll, describe, expect, it } from 'vitest';
import { meanOf, midpoints } from '../../test/tables.js';
import { type AdaptiveMemory, adaptive, diffusionLoss, elbo, type ImportanceMemory, importance, stratified } from '../index.js';

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

it('adaptive times lower the variance of a diffusion loss, and not its mean', () => {
  // Gaussian data of deviation 0.6 and ε̂ = 0.8·x_t: the elements' errors vary too, and no sampler of times can help that
  const network: Network = { parameters: new Map(), apply: (x) => mul(x, 0.8) };
  const run = (times: TimeSampler, rounds: number) => {
    const objective = diffusionLoss({ network, process, parameterization: epsilon(), weighting: elbo(), times });
    let memory: unknown;
    const losses: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const inputs = objective.prepare({ x: mul(normal(foldIn(key(5), round), [256, 32]), 0.6) }, foldIn(key(6), round), memory);
      if (inputs instanceof Promise) throw new TypeError('the inputs come at once');
      const perExample = Array.from(objective.evaluate(inputs).perExample?.dataSync() ?? []);
      const weights = inputs.importance?.dataSync();
      if (round >= rounds / 2) losses.push(...perExample.map((loss, i) => loss * (weights?.[i] ?? 1)));
      memory = objective.observe?.(inputs, perExample, memory);
    }
    const mean = meanOf(losses);
    return { mean, variance: meanOf(losses.map((loss) => (loss - mean) ** 2)), count: losses.length };
  };
  const [plain, learned] = [run(stratified(), 60), run(adaptive({ schedule, bins: 50, decay: 0.99 }), 60)];
  expect(learned.variance).toBeLessThan(plain.variance / 2);
  expect(Math.abs(learned.mean - plain.mean)).toBeLessThan(5 * Math.sqrt((learned.variance + plain.variance) / plain.count));
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
