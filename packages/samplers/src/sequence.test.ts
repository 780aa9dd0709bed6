import { combinePlain, forms, linearLogSnr, samplePlain } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { euler } from './euler.js';
import { heun } from './heun.js';
import { sequence } from './sequence.js';

const process = forms(linearLogSnr({ min: -12, max: 12 })).flow;
const run = (sampler: ReturnType<typeof euler<Float64Array>>, levels: readonly number[]) =>
  samplePlain({
    denoiser: (x) => combinePlain([0.3, x]),
    process,
    sampler,
    levels: levels.map(process.level),
    start: Float64Array.of(1.5, -2),
  }).map(({ x }) => x);

test('takes each step with its own sampler', () => {
  const [first, second] = run(sequence<Float64Array>([heun(), euler()]), [-2, 0, 1]);
  expect(first).toEqual(run(heun(), [-2, 0])[0]);
  const [, after] = run(sequence<Float64Array>([heun(), heun()]), [-2, 0, 1]);
  expect(second).not.toEqual(after);
});

test('admits what its samplers admit', () => {
  expect(sequence([euler(), { ...heun(), path: 'any' }]).path).toBe('any');
  expect(sequence([euler(), heun()]).path).toBeUndefined();
});

test('needs a sampler for each step, and no more', () => {
  expect(() => sequence([])).toThrow(expect.objectContaining({ code: 'sequence-empty' }));
  for (const levels of [
    [-2, 0],
    [-2, 0, 1, 2],
  ])
    expect(() => run(sequence<Float64Array>([heun(), euler()]), levels)).toThrow(
      expect.objectContaining({
        code: 'sequence-length',
        message: `\`steps\` must be 2, one for each sampler, got ${levels.length - 1}`,
      }),
    );
});
