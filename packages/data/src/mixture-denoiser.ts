/** The exact denoiser of a Gaussian mixture on tensors: what a perfectly trained network would answer. */
import {
  add,
  concat,
  matMul,
  mul,
  slice,
  softmax,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Denoiser } from '@tweedie/core';
import type { GaussianMixture } from './gaussian-mixture.js';
import type { Matrix } from './internal/cholesky.js';

/** `E[x0 | x_t]` for points `[batch, dimensions]`, in float32; differentiable in x. */
export function mixtureDenoiser(mixture: GaussianMixture): Denoiser {
  return (x, level) =>
    tidy(() => {
      const parts = mixture.at(level).map(({ logWeight, center, mean, precision, logDeterminant, gain }) => {
        const offset = sub(x, tensor1d([...center]));
        const distance = sum(mul(offset, matMul(offset, matrix(precision))), 1, true);
        return {
          logit: add(mul(distance, -0.5), logWeight - logDeterminant / 2),
          x0: add(matMul(offset, matrix(gain), false, true), tensor1d([...mean])),
        };
      });
      const shares = softmax(
        concat(
          parts.map(({ logit }) => logit),
          1,
        ),
      );
      return parts.map(({ x0 }, k): Tensor => mul(x0, slice(shares, [0, k], [-1, 1]))).reduce((total, term) => add(total, term));
    });
}

function matrix(rows: Matrix): Tensor2D {
  return tensor2d(rows.map((row) => [...row]));
}
