/** How far one backend's numbers are from another's. */
import type { SuiteCase } from './suite-case.js';

/**
 * The largest deviation of an element, as a share of the largest one of the reference, or of 1 if that is less.
 * Infinity if one is missing or not a number.
 */
export function deviation(actual: readonly number[], reference: readonly number[]): number {
  if (actual.length !== reference.length) return Number.POSITIVE_INFINITY;
  const largest = reference.reduce((most, each) => Math.max(most, Math.abs(each)), 1);
  return reference.reduce((most, each, i) => {
    const difference = Math.abs((actual[i] ?? Number.NaN) - each) / largest;
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(most, difference);
  }, 0);
}

/** Whether the deviation is allowed. */
export function agrees({ tolerance }: SuiteCase, actual: readonly number[], reference: readonly number[]): boolean {
  return deviation(actual, reference) <= tolerance;
}
