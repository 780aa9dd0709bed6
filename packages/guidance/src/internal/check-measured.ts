import { invalid } from '@tweedie/core';
import type { Measured } from '../inverse/linear-operator.js';

/** Checks the numbers that a guidance by a measurement is given. */
export function checkMeasured({ iterations = 1 }: Measured, numbers: { readonly scale: number; readonly noise?: number }): void {
  const { scale, noise = 0 } = numbers;
  if (!Number.isInteger(iterations) || iterations < 1)
    throw invalid('iterations-not-positive', `\`iterations\` must be a positive integer, got ${iterations}`);
  if (!Number.isFinite(scale)) throw invalid('scale-not-finite', `\`scale\` must be finite, got ${scale}`);
  if (!(noise >= 0 && noise < Infinity))
    throw invalid('noise-negative', `\`noise\` must be finite and not negative, got ${noise}`);
}
