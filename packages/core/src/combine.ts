/** Linear combinations, the only arithmetic that a sampler does on tensors. */
import { add, clone, mul, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { invalid } from './error.js';

/**
 * `Σ cᵢ·xᵢ`, a fresh tensor of the terms' common shape. A term with coefficient 0 is skipped, so that `0·Infinity` never arises.
 * @throws RangeError (`coefficient-not-finite`) for a coefficient that is not finite, (`combine-empty`) for no term
 */
export function combine(...terms: readonly (readonly [coefficient: number, x: Tensor])[]): Tensor {
  const [head] = terms;
  if (head === undefined) throw invalid('combine-empty', '`combine` needs at least one term, got none');
  return tidy(() => {
    let sum: Tensor | undefined;
    for (const [coefficient, x] of terms) {
      if (!Number.isFinite(coefficient))
        throw invalid('coefficient-not-finite', `a coefficient of \`combine\` must be finite, got ${coefficient}`);
      if (coefficient === 0) continue;
      const scaled = coefficient === 1 ? x : mul(x, coefficient);
      sum = sum === undefined ? scaled : add(sum, scaled);
    }
    return sum === undefined ? zerosLike(head[1]) : clone(sum);
  });
}
