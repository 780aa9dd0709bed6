import type { NoiseLevel, StepContext } from '@tweedie/core';

/** The estimate of `x0` at a level above clean data, and the score `(α·x0 − x)/σ²` that it is by Tweedie's formula. */
export function estimate<X>({ denoise, combine }: StepContext<X>, x: X, level: NoiseLevel): { denoised: X; score: X } {
  const denoised = denoise(x, level);
  const { alpha, sigma } = level;
  return { denoised, score: combine([alpha / sigma ** 2, denoised], [-1 / sigma ** 2, x]) };
}
