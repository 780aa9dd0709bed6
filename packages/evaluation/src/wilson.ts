/**
 * An interval for a share that was counted: the shares p whose normal approximation holds the count, |k/n − p| ≤ z·√(p(1 − p)/n).
 * Wilson 1927; method 3 of Newcombe 1998 (Statistics in Medicine 17, 857–872). It stays in [0, 1], also where the count is 0 or n.
 */
import { invalid, normalQuantile } from '@tweedie/core';

/** From `low` to `high`. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The interval for `successes` of `trials`.
 * @param options.confidence how often such intervals hold the true share, in (0, 1); default 0.95
 * @throws RangeError (`count-invalid`) unless `0 ≤ successes ≤ trials`, both integers, with at least one trial, (`confidence-out-of-range`)
 */
export function wilson(successes: number, trials: number, options: { readonly confidence?: number } = {}): Interval {
  const { confidence = 0.95 } = options;
  if (!Number.isSafeInteger(successes) || !Number.isSafeInteger(trials) || successes < 0 || successes > trials || trials < 1)
    throw invalid('count-invalid', `there must be from 0 to all successes in at least one trial, got ${successes} of ${trials}`);
  if (!(confidence > 0 && confidence < 1))
    throw invalid('confidence-out-of-range', `\`confidence\` must be between 0 and 1, got ${confidence}`);
  const square = normalQuantile((1 + confidence) / 2) ** 2;
  const middle = successes + square / 2;
  const half = Math.sqrt(square * ((successes * (trials - successes)) / trials + square / 4));
  const bound = (value: number) => Math.min(1, Math.max(0, value / (trials + square)));
  return { low: bound(middle - half), high: bound(middle + half) };
}
