/**
 * What the network is told about the noise. By default `(2/π)·atan2(sigma, alpha)`, from 0 at clean data to 1 at pure noise, a
 * function of log-SNR alone, so that its meaning survives a change of schedule. Pretrained networks were told something else.
 */
import type { NoiseLevel, NoiseSchedule, Parameterization } from '@tweedie/core';
import { invalid } from './internal/invalid.js';

/**
 * `parameterization` with another noise number for the network.
 * @param noise a function of the level, finite at the levels that are visited, such as {@link tableIndex} or {@link quarterLogSigma}
 */
export function told(parameterization: Parameterization, noise: (level: NoiseLevel) => number): Parameterization {
  return (level) => ({ ...parameterization(level), noise: noise(level) });
}

/**
 * The index into a table of `steps` betas, from 0 to `steps − 1` and fractional between entries: what networks of the DDPM
 * family were told. It depends on log-SNR alone, so such a network can be sampled on any schedule.
 * @param schedule the schedule that the network was trained on, usually `fromBetas(betas)`
 * @param steps length of the table, a positive integer
 * @throws RangeError (`steps-not-positive`) for a bad `steps`
 */
export function tableIndex(schedule: NoiseSchedule, steps: number): (level: NoiseLevel) => number {
  if (!Number.isInteger(steps) || steps < 1)
    throw invalid('steps-not-positive', `\`steps\` must be a positive integer, got ${steps}`);
  return ({ logSnr }) => Math.max(0, schedule.time(logSnr) * steps - 1);
}

/**
 * `ln(sigma/alpha)/4`, what the networks of Karras et al. 2022 (arXiv 2206.00364) are told; held between log-SNR ±80, far outside
 * what they saw, so that it stays finite at both ends.
 */
export function quarterLogSigma({ logSnr }: NoiseLevel): number {
  return -Math.min(80, Math.max(-80, logSnr)) / 8;
}
