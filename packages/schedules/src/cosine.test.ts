import { describeGoldens, numbers } from '@tweedie/goldens';
import weights from '@tweedie/goldens/losses/weights.json' with { type: 'json' };
import { describeSchedule } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { cosine } from './cosine.js';
import { rectifiedFlow } from './rectified-flow.js';
import { shifted } from './shifted.js';

describeSchedule('cosine', cosine);

describeGoldens('cosine, rectifiedFlow and shifted', weights, (golden) => {
  if (golden.cosine_lambda === undefined) return undefined;
  const times = [...numbers(golden.t)];
  return () => ({
    cosine: [times.map(cosine().logSnr), golden.cosine_lambda ?? null],
    flow: [times.map(rectifiedFlow().logSnr), golden.fm_ot_lambda ?? null],
    shifted: [times.map(shifted(cosine(), 64 / 256).logSnr), golden.cosine_shifted_64_to_256_lambda ?? null],
    // The density of log-SNR under uniform times is the inverse of the slope.
    density: [times.map((t) => -1 / cosine().slope(t)), golden.cosine_density_p_lambda ?? null],
  });
});

describe('the ends', () => {
  test('are infinite', () => {
    const { logSnr, time, slope } = cosine();
    expect([logSnr(0), logSnr(1)]).toEqual([Infinity, -Infinity]);
    expect([time(Infinity), time(-Infinity)]).toEqual([0, 1]);
    expect([slope(0), slope(1)]).toEqual([-Infinity, -Infinity]);
  });

  test('mirror each other to the last digit', () => {
    for (const t of [2 ** -40, 2 ** -10, 0.125, 0.25]) expect(cosine().logSnr(1 - t)).toBe(-cosine().logSnr(t) + 0);
  });
});
