import { invalid } from '@tweedie/core';

/** Throws unless `value` is finite and not negative, as a deviation has to be. */
export function checkNonNegative(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value)))
    throw invalid(`${name}-negative`, `\`${name}\` must be finite and not negative, got ${value}`);
}
