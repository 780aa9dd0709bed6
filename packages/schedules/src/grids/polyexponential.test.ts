import { variancePreserving } from '@tweedie/forward-process';
import { describeGrid } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { clamped } from '../clamped.js';
import { cosine } from '../cosine.js';
import { polyexponential } from './polyexponential.js';
import { uniformLogSnr } from './uniform-log-snr.js';

describeGrid('polyexponential', polyexponential);
describeGrid('polyexponential of exponent 3', () => polyexponential({ rho: 3, sigmaMin: 0.01 }));

const process = variancePreserving(clamped(cosine(), { min: -8, max: 8 }));

test('an exponent of one is uniform in log-SNR', () => {
  const expected = uniformLogSnr()(process, 7);
  polyexponential()(process, 7).forEach(({ logSnr }, i) => {
    if (i < 7) expect(logSnr).toBeCloseTo(expected[i]?.logSnr ?? Number.NaN, 12);
    else expect(logSnr).toBe(Infinity);
  });
});

test('an exponent of two leaves a quarter of the range after half of the steps', () => {
  const logSnrs = polyexponential({ rho: 2 })(process, 3).map(({ logSnr }) => logSnr);
  expect(logSnrs).toEqual([-8, 4, 8, Infinity]);
});

test('refuses a bad exponent, an empty range and an infinite schedule', () => {
  expect(() => polyexponential({ rho: 0 })).toThrow(expect.objectContaining({ code: 'rho-not-positive' }));
  expect(() => polyexponential({ sigmaMin: 2, sigmaMax: 1 })).toThrow(expect.objectContaining({ code: 'sigma-range-empty' }));
  expect(() => polyexponential()(variancePreserving(cosine()), 5)).toThrow('wrap the schedule in `clamped');
});
