/**
 * The standard error of a smooth statistic θ of n rows, from what it is without each of g groups of them,
 *
 *     SE² = (g − 1)/g · Σ (θ_(j) − mean θ_(·))²
 *
 * Efron & Tibshirani 1993, section 11.5. Unlike a bootstrap it repeats no row, and repeated rows look like near copies to a distance.
 */
import { invalid } from '@tweedie/core';

/** What a statistic is, and how far off that may be. */
export interface Measured {
  readonly value: number;
  readonly standardError: number;
}

/**
 * A statistic of all rows, and its standard error.
 * @param rows number of rows
 * @param statistic of the rows of these indices
 * @param options.groups at least 2 and at most `rows`; default 10. Row i is in group i·groups/rows
 * @throws RangeError (`groups-invalid`)
 */
export function jackknife(
  rows: number,
  statistic: (indices: readonly number[]) => number,
  options: { readonly groups?: number } = {},
): Measured {
  const { groups = 10 } = options;
  if (!Number.isSafeInteger(groups) || groups < 2 || groups > rows)
    throw invalid('groups-invalid', `\`groups\` must be an integer from 2 to the ${rows} rows, got ${groups}`);
  const all = Array.from({ length: rows }, (_, i) => i);
  const without = Array.from({ length: groups }, (_, j) => statistic(all.filter((i) => Math.floor((i * groups) / rows) !== j)));
  const mean = without.reduce((sum, value) => sum + value, 0) / groups;
  const squares = without.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { value: statistic(all), standardError: Math.sqrt(((groups - 1) / groups) * squares) };
}
