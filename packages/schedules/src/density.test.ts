import { describe, expect, test } from 'vitest';
import { scaledLinearBetas } from './betas.js';
import { clamped } from './clamped.js';
import { cosine } from './cosine.js';
import { density } from './density.js';
import { edm } from './edm.js';
import { edmSampling } from './edm-sampling.js';
import { exponential } from './exponential.js';
import { fromBetas } from './from-betas.js';
import { geometric } from './geometric.js';
import { laplace } from './laplace.js';
import { linearAlpha } from './linear-alpha.js';
import { linearBeta } from './linear-beta.js';
import { linearLogSnr } from './linear-log-snr.js';
import { noiseSquared } from './noise-squared.js';
import { polynomial } from './polynomial.js';
import { rectifiedFlow } from './rectified-flow.js';
import { scaledLinearBeta } from './scaled-linear-beta.js';
import { shifted } from './shifted.js';
import { sigmoid } from './sigmoid.js';
import { zeroTerminalSnr } from './zero-terminal-snr.js';

const schedules = {
  clamped: clamped(cosine(), { min: -10, max: 10 }),
  cosine: cosine(),
  edm: edm(),
  edmSampling: edmSampling(),
  exponential: exponential(),
  fromBetas: fromBetas(scaledLinearBetas({ steps: 20, start: 0.04, end: 0.6 })),
  'fromBetas to pure noise': fromBetas(zeroTerminalSnr(scaledLinearBetas({ steps: 20, start: 0.04, end: 0.6 }))),
  geometric: geometric(),
  laplace: laplace(),
  linearAlpha: linearAlpha(),
  linearBeta: linearBeta(),
  linearLogSnr: linearLogSnr(),
  noiseSquared: noiseSquared(linearBeta()),
  polynomial: polynomial(),
  rectifiedFlow: rectifiedFlow(),
  scaledLinearBeta: scaledLinearBeta(),
  shifted: shifted(cosine(), 0.3),
  sigmoid: sigmoid(),
};

describe.each(Object.entries(schedules))('density of %s', (_, schedule) => {
  const p = density(schedule);
  const [low, high] = [Math.max(-60, schedule.logSnr(1)), Math.min(60, schedule.logSnr(0))];

  test('integrates to one', () => {
    // The midpoint rule, which also serves a density with jumps.
    const points = 20_000;
    const step = (high - low) / points;
    let sum = 0;
    for (let i = 0; i < points; i++) sum += p(low + (i + 0.5) * step) * step;
    expect(sum).toBeCloseTo(1, 3);
  });

  test('is the share of time in between', () => {
    const [from, to] = [low + 0.4 * (high - low), low + 0.5 * (high - low)];
    const points = 5000;
    const step = (to - from) / points;
    let sum = 0;
    for (let i = 0; i < points; i++) sum += p(from + (i + 0.5) * step) * step;
    expect(sum).toBeCloseTo(schedule.time(from) - schedule.time(to), 3);
  });

  test('is finite and not negative everywhere, and zero outside', () => {
    for (const logSnr of [-Infinity, -1e4, -200, -50, -1, 0, 1, 50, 200, 1e4, Infinity, schedule.logSnr(0), schedule.logSnr(1)]) {
      expect(p(logSnr)).toBeGreaterThanOrEqual(0);
      expect(p(logSnr)).toBeLessThan(Infinity);
    }
    expect([p(-Infinity), p(Infinity), p(schedule.logSnr(1) - 1), p(schedule.logSnr(0) + 1), p(Number.NaN)]).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });
});
