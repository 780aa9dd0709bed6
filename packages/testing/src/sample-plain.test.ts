import type { Sampler } from '@tweedie/core';
import { describe, expect, test } from 'vitest';
import { combinePlain } from './combine-plain.js';
import { forms, linearLogSnr } from './forms.js';
import { pointDenoiser } from './point-denoiser.js';
import { samplePlain } from './sample-plain.js';

const process = forms(linearLogSnr({ min: -9, max: 9 })).flow;
const levels = [-4, -1, 2, Infinity].map(process.level);
const run = { denoiser: pointDenoiser([1]), process, start: Float64Array.of(0.5) };

describe('samplePlain', () => {
  test('hands on state and the notes of this step or else of the last, and numbers the draws', () => {
    const seen: unknown[] = [];
    const sampler: Sampler<Float64Array, number> = {
      step({ index, count, from, to, note, recall, noise }, x, state) {
        seen.push([index, count, state, recall('mark')?.[0]]);
        if (index === 0) note('mark', x);
        seen.push([...noise(from, to), ...noise(from, to)]);
        return { x: x.map((value) => 2 * value), denoised: x, state: (state ?? 10) + 1 };
      },
    };
    const noise = ({ index, draw }: { readonly index: number; readonly draw: number }) => Float64Array.of(10 * index + draw);
    const steps = samplePlain({ ...run, sampler, levels, noise });
    expect(steps.map(({ x }) => x[0])).toEqual([1, 2, 4]);
    expect(steps.map(({ level }) => level)).toEqual(levels.slice(1));
    expect(seen).toEqual([
      [0, 3, undefined, undefined],
      [0, 1],
      [1, 3, 11, 0.5],
      [10, 11],
      [2, 3, 12, undefined],
      [20, 21],
    ]);
  });

  const still: Sampler<Float64Array> = { step: (_, x) => ({ x, denoised: x }) };

  test('refuses rising levels, unless the sampler takes any path', () => {
    const rising = [...levels].reverse();
    expect(() => samplePlain({ ...run, sampler: still, levels: rising })).toThrow(
      expect.objectContaining({ code: 'grid-not-descending' }),
    );
    expect(samplePlain({ ...run, sampler: { ...still, path: 'any' }, levels: rising }).length).toBe(3);
  });

  test('refuses to draw without a source', () => {
    const drawing: Sampler<Float64Array> = { step: ({ noise, from, to }, x) => ({ x: noise(from, to), denoised: x }) };
    expect(() => samplePlain({ ...run, sampler: drawing, levels })).toThrow(expect.objectContaining({ code: 'noise-not-given' }));
  });
});

test('combinePlain keeps the rules of `combine`', () => {
  const [x, infinite] = [Float64Array.of(1, 2), Float64Array.of(Infinity, 0)];
  const sum = combinePlain([2, x], [0, infinite]);
  expect([...sum]).toEqual([2, 4]);
  expect(combinePlain([1, x])).not.toBe(x);
  expect(() => combinePlain([Infinity, x])).toThrow(expect.objectContaining({ code: 'coefficient-not-finite' }));
  expect(() => combinePlain()).toThrow(expect.objectContaining({ code: 'combine-empty' }));
});
