/**
 * Dynamic thresholding: where guidance drives an estimate of x0 out of [−1, 1], cut its extremes and bring it back. With s the quantile of
 * |x0| in a sample, at least 1 and at most `max`,
 *
 *     x0 ← clip(x0, −s, s)/s
 *
 * Saharia et al. 2022 (arXiv 2205.11487), section 2.3. Between two of a sample's numbers the quantile is linear.
 */
import {
  abs,
  add,
  clipByValue,
  div,
  maximum,
  minimum,
  mul,
  reshape,
  slice,
  type Tensor,
  tidy,
  topk,
} from '@tensorflow/tfjs-core';
import { type Denoiser, invalid } from '@tweedie/core';

/**
 * A denoiser whose estimates lie in [−1, 1], each sample scaled by itself. TensorFlow.js has no gradient for it.
 * @param options.ratio which quantile, 0 to 1; 0.995 by default
 * @param options.max largest `s`, positive; not bounded by default. 1 or less makes it static
 * @throws RangeError (`ratio-out-of-range`), (`max-not-positive`)
 */
export function dynamicallyThresholded(
  options: { readonly ratio?: number; readonly max?: number } = {},
): <Condition>(denoiser: Denoiser<Condition>) => Denoiser<Condition> {
  const { ratio = 0.995, max = Infinity } = options;
  if (!(ratio >= 0 && ratio <= 1)) throw invalid('ratio-out-of-range', `\`ratio\` must be from 0 to 1, got ${ratio}`);
  if (!(max > 0)) throw invalid('max-not-positive', `\`max\` must be positive, got ${max}`);
  return (denoiser) =>
    (...asked) =>
      tidy(() => {
        const x0 = denoiser(...asked);
        const [batch = 0, ...sample] = x0.shape;
        const flat = reshape(x0, [batch, -1]);
        const s = minimum(max, maximum(1, quantiles(abs(flat), ratio)));
        const cut = clipByValue(div(flat, s), -1, 1);
        return reshape(cut, [batch, ...sample]);
      });
}

/** A quantile of each row, `[batch, 1]`. Only the numbers above it are sorted. */
function quantiles(rows: Tensor, ratio: number): Tensor {
  const [, count = 0] = rows.shape;
  const position = ratio * (count - 1);
  const below = Math.floor(position);
  const { values } = topk(rows, count - below);
  const place = (rank: number) => slice(values, [0, count - 1 - rank], [-1, 1]);
  const share = position - below;
  return share === 0 ? place(below) : add(mul(1 - share, place(below)), mul(share, place(below + 1)));
}
