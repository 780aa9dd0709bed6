/** Conformance of a parameterisation: from what the network is trained towards back to the data, at every level. */
import { key, type NoiseLevel, type Parameterization, uniform } from '@tweedie/core';
import { describe, expect, test } from 'vitest';
import { forms, linearLogSnr } from './forms.js';

const processes = forms(linearLogSnr({ min: -20, max: 20 }));
const inner: readonly number[] = Array.from(uniform(key(11), 60), (u) => 40 * u - 20);

/** An end of a process at which a parameterisation may have no limit: clean data, or pure noise. */
export type End = 'clean' | 'noise';

/**
 * Tests a parameterisation under all three forms of a process: `skip·x + out·F = x0` for the perfect `F` it is trained
 * towards, at random levels and at the ends; all five numbers finite, and `in` and `noise` finite at the ends too.
 * @param name what the tests are called
 * @param parameterization the factory
 * @param options.undefinedAt ends at which `skip`, `out` or `target` have no finite value (ε knows nothing of x0 in pure noise)
 */
export function describeParameterization(
  name: string,
  parameterization: () => Parameterization,
  options: { readonly undefinedAt?: readonly End[] } = {},
): void {
  const { undefinedAt = [] } = options;

  describe.each(Object.entries(processes).map(([form, process]) => ({ form, process })))(
    `${name}, $form`,
    ({ form, process }) => {
      const ends = { clean: process.level(Infinity), noise: process.level(-Infinity) };
      const reached = (['clean', 'noise'] as const).filter((end) => Number.isFinite(ends[end].sigma));

      test('the perfect network gives the data back', () => {
        for (const logSnr of inner)
          expect(roundTrip(parameterization(), process.level(logSnr)), `at log-SNR ${logSnr}`).toBeLessThan(1e-9);
      });

      test.each(reached)('the %s end is exact, or declared as undefined', (end) => {
        const { skip, out, target } = parameterization()(ends[end]);
        const finite = [skip, out, ...target].every(Number.isFinite);
        const exact = finite && roundTrip(parameterization(), ends[end]) < 1e-9;
        expect(exact).toBe(!undefinedAt.includes(end));
      });

      test('what the network is given and told is finite at every level', () => {
        for (const level of [...inner.map(process.level), ...reached.map((end) => ends[end])]) {
          const { in: scale, noise } = parameterization()(level);
          expect([scale, noise].every(Number.isFinite), `${form} at log-SNR ${level.logSnr}`).toBe(true);
        }
      });

      test('what the network is told rises or falls with the noise, so that it tells the level', () => {
        const told = [...inner].sort((a, b) => a - b).map((logSnr) => parameterization()(process.level(logSnr)).noise);
        const signs = new Set(told.slice(1).map((noise, i) => Math.sign(noise - (told[i] as number))));
        expect(signs.size).toBe(1);
        expect(signs.has(0)).toBe(false);
      });
    },
  );
}

/** How far `skip·x + out·F` is from `x0` as a combination of x0 and ε, relative to the terms that cancel. */
function roundTrip(parameterization: Parameterization, level: NoiseLevel): number {
  const { skip, out, target } = parameterization(level);
  const data = skip * level.alpha + out * target[0] - 1;
  const noise = skip * level.sigma + out * target[1];
  return Math.max(Math.abs(data) / (1 + Math.abs(out * target[0])), Math.abs(noise) / (1 + Math.abs(out * target[1])));
}
