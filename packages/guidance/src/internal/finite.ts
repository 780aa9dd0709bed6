import { invalid } from '@tweedie/core';

/**
 * The number, if it is one.
 * @throws RangeError (`NAME-not-finite`)
 */
export function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw invalid(`${name}-not-finite`, `\`${name}\` must be finite, got ${value}`);
  return value;
}
