/**
 * The shift of a flow's schedule from the length of the image sequence, so that larger images get more noise: `μ` grows linearly
 * from `baseShift` at `baseLength` tokens to `maxShift` at `maxLength`, and the factor on `sigma/alpha` is `e^μ`, or `μ` itself.
 *
 * Black Forest Labs 2024 (FLUX.1); diffusers' `calculate_shift` and `use_dynamic_shifting`. Esser et al. 2024 (arXiv 2403.03206),
 * section 5.3.2, for the shift.
 */
import { invalid } from './internal/invalid.js';
import { positive } from './internal/positive.js';

/** Two points of the line from length to shift, and what is done with its value. */
export interface DynamicShift {
  /** Whether the line gives the logarithm of the factor (default) or the factor. */
  readonly kind?: 'exponential' | 'linear';
  /** Tokens at the first point, positive; 256 by default. */
  readonly baseLength?: number;
  /** Tokens at the second point, above `baseLength`; 4096 by default. */
  readonly maxLength?: number;
  /** The line's value at the first point; 0.5 by default. */
  readonly baseShift?: number;
  /** The line's value at the second point; 1.15 by default. */
  readonly maxShift?: number;
}

/**
 * The factor `m` for a sequence of `length` tokens; the schedule is `shifted(rectifiedFlow(), 1 / m)`.
 * @param length number of image tokens, positive; beyond both points the line goes on
 * @throws RangeError (`length-not-positive`), (`length-range-empty`) unless `baseLength` is below `maxLength`,
 * (`shift-not-positive`) for a length at which the factor would not be positive and finite
 */
export function dynamicShift(length: number, options: DynamicShift = {}): number {
  const { kind = 'exponential', baseLength = 256, maxLength = 4096, baseShift = 0.5, maxShift = 1.15 } = options;
  positive({ length, baseLength, maxLength }, 'length-not-positive');
  if (!(baseLength < maxLength))
    throw invalid('length-range-empty', `\`baseLength\` must be below \`maxLength\`, got ${baseLength} and ${maxLength}`);
  const mu = baseShift + ((maxShift - baseShift) * (length - baseLength)) / (maxLength - baseLength);
  const factor = kind === 'exponential' ? Math.exp(mu) : mu;
  if (!(factor > 0 && factor < Infinity))
    throw invalid(
      'shift-not-positive',
      `the shift at ${length} tokens must be positive and finite, got ${factor}; check the two points`,
    );
  return factor;
}
