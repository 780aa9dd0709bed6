import { invalid } from './invalid.js';
import { notNegative } from './not-negative.js';

/** Checks what the singlestep solvers are given, for callers in plain JavaScript too. */
export function checkSinglestep(
  inner: Readonly<Record<string, number>>,
  kinds: Readonly<Record<string, string>>,
  shares: Readonly<Record<string, number>> = {},
): void {
  let last = 0;
  for (const [name, value] of Object.entries(inner)) {
    if (!(value > last && value <= 1))
      throw invalid('inner-out-of-range', `\`${name}\` must be above ${last} and at most 1, got ${value}`);
    last = value;
  }
  for (const [name, value] of Object.entries(kinds))
    if (value !== 'midpoint' && value !== 'heun')
      throw invalid('kind-unknown', `\`${name}\` must be 'midpoint' or 'heun', got ${value}`, TypeError);
  notNegative(shares, 'noise-out-of-range');
}
