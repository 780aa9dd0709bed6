import type { NoiseLevel } from '@tweedie/core';

/** What networks are told by default: `(2/π)·atan2(sigma, alpha)`, 0 at clean data, 1 at pure noise, smooth and finite between. */
export function angle({ alpha, sigma }: NoiseLevel): number {
  return (2 / Math.PI) * Math.atan2(sigma, alpha);
}
