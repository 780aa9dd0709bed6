/** A grid written out by its user, in whichever coordinate the numbers come. */
import type { Grid } from '@tweedie/core';
import { descending } from '../internal/descending.js';
import { invalid } from '../internal/invalid.js';

/** The levels of an explicit grid, noisiest first, in one of three coordinates. */
export type ExplicitLevels =
  /** Noise-to-signal ratios `sigma/alpha`, at least 0; 0 is clean data. Under the variance exploding process, `sigma`. */
  | { readonly sigmas: readonly number[] }
  /** Log-SNRs; +Infinity is clean data. */
  | { readonly logSnrs: readonly number[] }
  /** Times from 1 (noise) to 0 (data). */
  | { readonly times: readonly number[] };

/**
 * Exactly these levels. The grid throws a RangeError (`grid-steps-mismatch`) unless `steps` is one less than their number.
 * @param options.path `'any'` admits rising and repeated levels, for samplers that do; `'descending'` by default
 * @throws RangeError (`grid-too-short`) for fewer than two levels, (`level-out-of-range`) for a negative ratio, a time outside
 * [0, 1] or NaN; the grid throws (`grid-not-descending`) on a level that is not less noisy than the one before
 */
export function explicit(levels: ExplicitLevels, options: { readonly path?: 'descending' | 'any' } = {}): Grid {
  const [values, low, high] =
    'sigmas' in levels
      ? [levels.sigmas, 0, Infinity]
      : 'logSnrs' in levels
        ? [levels.logSnrs, -Infinity, Infinity]
        : [levels.times, 0, 1];
  if (values.length < 2) throw invalid('grid-too-short', `a grid must have at least two levels, got ${values.length}`);
  values.forEach((value, i) => {
    if (!(value >= low && value <= high))
      throw invalid('level-out-of-range', `level ${i} must lie from ${low} to ${high}, got ${value}`);
  });
  return (process, steps) => {
    if (steps !== values.length - 1)
      throw invalid('grid-steps-mismatch', `\`steps\` must be ${values.length - 1} for ${values.length} levels, got ${steps}`);
    const { at, level } = process;
    const found = values.map('times' in levels ? at : 'sigmas' in levels ? (r) => level(-2 * Math.log(r)) : level);
    return options.path === 'any' ? found : descending(found);
  };
}
