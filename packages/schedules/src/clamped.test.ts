import { describeSchedule } from '@tweedie/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clamped } from './clamped.js';
import { cosine } from './cosine.js';
import { linearBeta } from './linear-beta.js';
import { sigmoid } from './sigmoid.js';

describeSchedule('clamped cosine', () => clamped(cosine(), { min: -10, max: 10 }));
describeSchedule('linearBeta clamped at the clean end', () => clamped(linearBeta(), { max: 8 }));

describe('clamped', () => {
  test('has the given ends, exactly, and the shape of the schedule between them', () => {
    const bound = fc.double({ min: 0.1, max: 40, noNaN: true });
    fc.assert(
      fc.property(bound, bound, fc.constantFrom(cosine(), sigmoid()), (below, above, inner) => {
        const { logSnr, time } = clamped(inner, { min: -below, max: above });
        expect([logSnr(0), logSnr(1), time(above), time(-below)]).toEqual([above, -below, 0, 1]);
        // Equal steps in time stay equal steps in the time of the schedule inside.
        const inside = [0.2, 0.4, 0.6].map((t) => inner.time(logSnr(t)));
        expect((inside[1] ?? 0) - (inside[0] ?? 0)).toBeCloseTo((inside[2] ?? 0) - (inside[1] ?? 0), 9);
      }),
    );
  });

  test('is strictly decreasing: it has no flat ends', () => {
    const { logSnr } = clamped(cosine(), { min: -4, max: 4 });
    const values = Array.from({ length: 1001 }, (_, i) => logSnr(i / 1000));
    expect(values.every((value, i) => i === 0 || value < (values[i - 1] ?? 0))).toBe(true);
  });

  test('leaves alone what is tighter', () => {
    const inner = clamped(cosine(), { min: -4, max: 4 });
    const outer = clamped(inner, { min: -10, max: 10 });
    for (const t of [0, 0.1, 0.5, 1]) expect(outer.logSnr(t)).toBeCloseTo(inner.logSnr(t), 12);
    expect(outer.time(7)).toBe(0);
  });

  test('refuses an empty range', () => {
    expect(() => clamped(cosine(), { min: 3, max: 3 })).toThrow('`min` must be below `max`');
    expect(() => clamped(linearBeta(), { min: -30, max: -20 })).toThrow(expect.objectContaining({ code: 'clamp-empty' }));
    expect(() => clamped(cosine(), { min: Number.NaN })).toThrow(RangeError);
  });
});
