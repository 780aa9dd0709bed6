/**
 * The orders of the steps of a singlestep solver that spends exactly a budget of evaluations: as many steps of the highest order
 * as fit, and what is left at the end, where a lower order costs least.
 *
 *     order 3:  3 … 3, 2, 1  or  3 … 3, 1  or  3 … 3, 2;     order 2:  2 … 2  or  2 … 2, 1
 *
 * Lu et al. 2022 (arXiv 2206.00927), section 3.4 ("DPM-Solver-fast"). The grid has one step per order listed.
 */
import { invalid } from './internal/invalid.js';

/**
 * The order of each step, first to last. They sum to `evaluations`.
 * @param evaluations how often the denoiser may be called in all, a positive integer
 * @param order the highest order, 1, 2 or 3
 * @throws RangeError (`evaluations-not-positive`), (`order-out-of-range`)
 */
export function singlestepOrders(evaluations: number, order: number): number[] {
  if (!Number.isInteger(evaluations) || evaluations < 1)
    throw invalid('evaluations-not-positive', `\`evaluations\` must be a positive integer, got ${evaluations}`);
  if (order !== 1 && order !== 2 && order !== 3) throw invalid('order-out-of-range', `\`order\` must be 1, 2 or 3, got ${order}`);
  const rest = evaluations % order;
  // A third-order run that would end evenly breaks up its last step, and ends at order 1 there.
  const broken = order === 3 && rest === 0;
  const whole = Math.floor(evaluations / order) - (broken ? 1 : 0);
  const end = broken ? [2, 1] : rest === 0 ? [] : [rest];
  return [...Array.from({ length: whole }, () => order), ...end];
}
