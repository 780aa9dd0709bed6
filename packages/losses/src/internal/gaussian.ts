import { logNormalDensity, normalQuantile } from '@tweedie/core';
import type { Standard } from './located.js';

/** The standard normal distribution. */
export const gaussian: Standard = {
  quantile: normalQuantile,
  density: (z) => Math.exp(logNormalDensity(z)),
};
