import type { NoiseSchedule } from '@tweedie/core';
import { finite } from './finite.js';
import { invalid } from './invalid.js';

/** Refuses (`sigma-range-empty`) noise-to-signal ratios that do not span a range. */
export function sigmaRange(sigmaMin: number | undefined, sigmaMax: number | undefined): void {
  if (!(0 < (sigmaMin ?? 1) && 0 < (sigmaMax ?? 1) && (sigmaMin ?? 0) < (sigmaMax ?? Infinity) && (sigmaMax ?? 1) < Infinity))
    throw invalid('sigma-range-empty', `\`sigmaMin\` must be positive and below \`sigmaMax\`, got ${sigmaMin} and ${sigmaMax}`);
}

/** Log-SNRs of the noisy and the clean end of a grid: those of the ratios, and of the schedule where a ratio is not given. */
export function sigmaEnds(
  { sigmaMin, sigmaMax }: { readonly sigmaMin?: number | undefined; readonly sigmaMax?: number | undefined },
  { logSnr }: NoiseSchedule,
): readonly [number, number] {
  return [
    finite(sigmaMax === undefined ? logSnr(1) : -2 * Math.log(sigmaMax), '`t = 1`'),
    finite(sigmaMin === undefined ? logSnr(0) : -2 * Math.log(sigmaMin), '`t = 0`'),
  ];
}
