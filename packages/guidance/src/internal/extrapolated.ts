import type { Arithmetic } from './arithmetic.js';

/** `poor + scale·(good − poor)`: from the poor estimate (0) through the good one (1) and on. */
export function extrapolated<X>({ add, sub, mul }: Arithmetic<X>, poor: X, good: X, scale: X | number): X {
  return add(poor, mul(scale, sub(good, poor)));
}
