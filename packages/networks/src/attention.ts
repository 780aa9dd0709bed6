/**
 * Self-attention over the pixels of an image, with a residual connection:
 *
 *     y = x + out(softmax(q·kᵀ/√d)·v),    [q, k, v] = qkv(norm(x))
 *
 * Vaswani et al. 2017 (arXiv 1706.03762); in diffusion models Ho et al. 2020 (arXiv 2006.11239). `qkv` and `out` are linear in the
 * channels; the three parts of `qkv` lie one after the other, each split into heads. Parameters `norm`, `qkv`, `out`.
 */
import { add, matMul, mul, type Rank, reshape, softmax, split, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { zeroStart } from './initializers.js';
import { imageShape } from './internal/shape.js';
import type { Layer } from './layer.js';
import { linear } from './linear.js';
import { normalization } from './normalization.js';
import type { Scope } from './scope.js';

/** How {@link attention} attends. */
export interface AttentionOptions {
  /** Heads; divides the number of channels. Default 1. */
  readonly heads?: number;
  /** Groups of the normalisation. Default 8. */
  readonly groups?: number;
}

/**
 * Self-attention among the pixels of each image, `[batch, height, width, channels]` to the same shape; at first the identity.
 * @throws RangeError (`heads-do-not-divide`) if `heads` is not a positive divisor of `channels`
 */
export function attention(scope: Scope, channels: number, options: AttentionOptions = {}): Layer {
  const { heads = 1, groups = 8 } = options;
  if (!(Number.isInteger(heads) && heads > 0 && channels % heads === 0))
    throw invalid('heads-do-not-divide', `\`heads\` must divide the number of channels, ${channels}, got ${heads}`);
  const norm = normalization(scope.child('norm'), channels, { groups });
  const qkv = linear(scope.child('qkv'), channels, 3 * channels);
  const out = linear(scope.child('out'), channels, channels, { start: zeroStart });
  return (x) =>
    tidy(() => {
      const [batch, height, width] = imageShape(x);
      const pixels = height * width;
      const ofHead = channels / heads;
      const apart = (part: Tensor): Tensor =>
        heads === 1
          ? reshape(part, [batch, pixels, channels])
          : transpose(reshape<Rank.R4>(part, [batch, pixels, heads, ofHead]), [0, 2, 1, 3]);
      const [q, k, v] = split(qkv(norm(x)), 3, -1).map(apart) as [Tensor, Tensor, Tensor];
      const weights = softmax(matMul(mul(q, 1 / Math.sqrt(ofHead)), k, false, true));
      const mixed = matMul(weights, v);
      const together = heads === 1 ? mixed : transpose(mixed, [0, 2, 1, 3]);
      return add(x, out(reshape(together, x.shape)));
    });
}
