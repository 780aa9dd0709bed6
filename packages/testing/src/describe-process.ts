/** Conformance of a forward process: its levels, and the SDE that it says they belong to. */
import type { ForwardProcess } from '@tweedie/core';
import { describe, expect, test } from 'vitest';
import { relative } from './internal/numbers.js';

const scattered: readonly number[] = [0.07, 0.193, 0.31, 0.442, 0.557, 0.683, 0.79, 0.93];

/**
 * Tests a process: `at` and `level` agree, log-SNR is `ln(alpha²/sigma²)`, clean data lie at log-SNR +Infinity, drift and
 * diffusion are the derivatives of the marginals, and transitions that follow the SDE from level to level compose to them.
 * @param name what the tests are called
 * @param process the factory
 * @param options.times interior times to test at; give some between the nodes of a table
 */
export function describeProcess(
  name: string,
  process: () => ForwardProcess,
  options: { readonly times?: readonly number[] } = {},
): void {
  const times = [...(options.times ?? scattered)].sort((a, b) => a - b);

  describe(name, () => {
    test('`at` and `level` agree, and log-SNR is what alpha and sigma say', () => {
      const { schedule, at, level } = process();
      for (const t of times) {
        const one = at(t);
        const other = level(schedule.logSnr(t));
        expect(one.t).toBe(t);
        expect(one.logSnr).toBe(schedule.logSnr(t));
        expect(relative(one.logSnr, 2 * Math.log(one.alpha / one.sigma))).toBeLessThan(1e-9);
        expect(Math.abs(other.t - t)).toBeLessThan(1e-9);
        expect(relative(other.alpha, one.alpha)).toBeLessThan(1e-12);
        expect(Math.abs(other.sigma / one.sigma - 1)).toBeLessThan(1e-12);
      }
    });

    test('any log-SNR has a level, also beyond the schedule', () => {
      const { level } = process();
      expect(level(Infinity)).toMatchObject({ alpha: 1, sigma: 0, logSnr: Infinity });
      for (const logSnr of [-60, -20, 0, 20, 60]) {
        const { t, alpha, sigma } = level(logSnr);
        expect(relative(2 * Math.log(alpha / sigma), logSnr)).toBeLessThan(1e-9);
        expect(t).toBeGreaterThanOrEqual(0);
        expect(t).toBeLessThanOrEqual(1);
      }
    });

    test('drift is the derivative of ln alpha, and diffusion that of sigma² less what drift does to it', () => {
      const { at, drift, diffusion } = process();
      for (const t of times) {
        const h = 1e-4 * Math.min(t, 1 - t);
        const [before, after] = [at(t - h), at(t + h)];
        const logAlpha = Math.log(after.alpha / before.alpha) / (2 * h);
        const variance = (after.sigma ** 2 - before.sigma ** 2) / (2 * h);
        expect(relative(drift(t), logAlpha), `drift at t = ${t}`).toBeLessThan(1e-5);
        expect(relative(diffusion(t), variance - 2 * drift(t) * at(t).sigma ** 2), `diffusion at t = ${t}`).toBeLessThan(1e-5);
        expect(diffusion(t)).toBeGreaterThan(0);
      }
    });

    test('transitions along the SDE compose to the marginals', () => {
      const { at, drift, diffusion } = process();
      let [mean, variance] = [1, 0];
      const first = at(times[0] ?? 0);
      for (const [i, t] of times.entries()) {
        if (i === 0) continue;
        [mean, variance] = moments({ drift, diffusion }, times[i - 1] ?? 0, t, [mean, variance]);
        const { alpha, sigma } = at(t);
        expect(relative(mean, alpha / first.alpha)).toBeLessThan(1e-6);
        expect(relative(variance + mean ** 2 * first.sigma ** 2, sigma ** 2)).toBeLessThan(1e-6);
      }
    });

    test('its functions ignore `this`', () => {
      const { at, level, drift, diffusion } = process();
      expect([at(0.5).alpha, level(0).alpha, drift(0.5), diffusion(0.5)].every(Number.isFinite)).toBe(true);
    });
  });
}

/** Mean factor and variance of the SDE from `s` to `t`: `m' = f·m`, `v' = 2f·v + g²`, by Runge–Kutta of order four. */
function moments(
  { drift, diffusion }: Pick<ForwardProcess, 'drift' | 'diffusion'>,
  s: number,
  t: number,
  start: readonly [number, number],
): [number, number] {
  const steps = 2000;
  const h = (t - s) / steps;
  const slope = (time: number, m: number, v: number) => {
    const f = drift(time);
    return [f * m, 2 * f * v + diffusion(time)] as const;
  };
  let [m, v] = start;
  for (let i = 0; i < steps; i++) {
    const time = s + i * h;
    const [a, b] = slope(time, m, v);
    const [c, d] = slope(time + h / 2, m + (h / 2) * a, v + (h / 2) * b);
    const [e, f] = slope(time + h / 2, m + (h / 2) * c, v + (h / 2) * d);
    const [g, k] = slope(time + h, m + h * e, v + h * f);
    m += (h / 6) * (a + 2 * c + 2 * e + g);
    v += (h / 6) * (b + 2 * d + 2 * f + k);
  }
  return [m, v];
}
