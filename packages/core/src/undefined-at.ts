/**
 * The error of a parameterisation that has no finite value at a level. In pure noise the noise and the score say nothing of the
 * data, `x0 = (x − sigma·ε)/alpha` is 0/0, so a network that predicts them cannot start from a schedule with zero terminal SNR
 * (Lin et al. 2023, arXiv 2305.08891, section 3.2); the score grows without bound towards clean data.
 */
import type { NoiseLevel } from './contracts.js';
import { type CodedError, invalid } from './error.js';

/**
 * A RangeError (`parameterization-undefined`) that says where, and what to do at that end.
 * @param level where the parameterisation was asked
 * @param numbers what it gave, by name
 */
export function undefinedAt({ logSnr, sigma }: NoiseLevel, numbers: Readonly<Record<string, number>>): CodedError {
  const place = logSnr === -Infinity ? 'in pure noise' : logSnr === Infinity ? 'on clean data' : `at log-SNR ${logSnr}`;
  const values = Object.entries(numbers).map(([name, value]) => `${name} ${value}`);
  const advice =
    logSnr > 0
      ? 'predict v or x0, or keep below it with `clamped(schedule, { max: 10 })`'
      : sigma === Infinity
        ? 'wrap the schedule in `clamped(schedule, { min: -10 })`'
        : 'noise and score say nothing of the data there; predict v or x0, or wrap the schedule in `clamped(schedule, { min: -10 })`';
  return invalid('parameterization-undefined', `the parameterisation is undefined ${place} (${values.join(', ')}): ${advice}`);
}
