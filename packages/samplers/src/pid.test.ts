import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PidOptions, pid } from './pid.js';

const gains: readonly NonNullable<PidOptions['gains']>[] = [
  [0, 1, 0],
  [0.4, 0.3, 0],
  [0.2, 0.4, 0.1],
];

test.each(gains)(
  'settles where the error is the tolerance, for errors that grow as the power of the length, gains %d, %d, %d',
  (...tuned) => {
    const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(between(-3, 3), fc.constantFrom(2, 3, 5), (log, order) => {
        const { next, first } = pid({ gains: tuned, order });
        const right = first * Math.exp(log);
        let [length, memory]: [number, ReturnType<typeof next>['memory']] = [first, undefined];
        for (let i = 0; i < 300; i++) ({ length, memory } = next((length / right) ** order, length, memory));
        expect(length / right).toBeCloseTo(1, 6);
      }),
      { numRuns: 50, seed: 1 },
    );
  },
);

test('a rejected step leaves no mark on what the next ones are compared with', () => {
  const { next } = pid({ gains: [0.4, 0.3, 0.1] });
  const { memory } = next(0.5, 1);
  const rejected = next(50, 1, memory);
  expect(rejected.accept).toBe(false);
  expect(rejected.memory).toEqual(memory);
  expect(next(0.7, 1, rejected.memory)).toEqual(next(0.7, 1, memory));
});

test('takes a step or not by the factor, which is bounded whatever the error', () => {
  const { next } = pid({ order: 1, accept: 0.5 });
  for (const error of [0, 1e-9, 0.3, 1, 1.5, 3, 1e9, Infinity]) {
    const { accept, length } = next(error, 2);
    expect(accept).toBe(length >= 1);
    expect(length).toBeGreaterThan(0.4);
    expect(length).toBeLessThan(5.2);
  }
});

test('what makes no sense is refused', () => {
  const code = 'control-out-of-range';
  for (const options of [
    { accept: 1.1 },
    { order: 0 },
    { relative: -1 },
    { absolute: 0, relative: 0 },
    { first: Number.NaN },
    { limit: 0 },
  ])
    expect(() => pid(options)).toThrow(expect.objectContaining({ name: 'RangeError', code }));
  expect(() => pid({ gains: [0, Number.NaN, 0] })).toThrow('`gains` must be three finite numbers, got 0,NaN,0');
  // @ts-expect-error: a plain JavaScript caller
  expect(() => pid({ coordinate: 'sigma' })).toThrow(expect.objectContaining({ code: 'coordinate-unknown' }));
  // @ts-expect-error: a plain JavaScript caller
  expect(() => pid({ norm: 'mean' })).toThrow(expect.objectContaining({ code: 'norm-unknown' }));
});
