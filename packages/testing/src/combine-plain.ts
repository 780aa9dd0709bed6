/** Linear combinations of plain numbers, by the same rules as core's `combine` on tensors. */
import { invalid } from '@tweedie/core';

/**
 * `Σ cᵢ·xᵢ`, a fresh array. A term with coefficient 0 is skipped.
 * @throws RangeError (`coefficient-not-finite`) for a coefficient that is not finite, (`combine-empty`) for no term
 */
export function combinePlain(...terms: readonly (readonly [coefficient: number, x: Float64Array])[]): Float64Array {
  const [head] = terms;
  if (head === undefined) throw invalid('combine-empty', '`combine` needs at least one term, got none');
  const sum = new Float64Array(head[1].length);
  for (const [coefficient, x] of terms) {
    if (!Number.isFinite(coefficient))
      throw invalid('coefficient-not-finite', `a coefficient of \`combine\` must be finite, got ${coefficient}`);
    if (coefficient === 0) continue;
    x.forEach((value, i) => {
      sum[i] = (sum[i] ?? 0) + coefficient * value;
    });
  }
  return sum;
}
