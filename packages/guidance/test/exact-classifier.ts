/**
 * The classifier that knows the mixture: what a perfectly trained one would say of the components. Its logits are those of Bayes less
 * what all components have in common, so that in float32, too, little is left of them where the noise drowns the data.
 */
import {
  add,
  concat,
  logSoftmax,
  matMul,
  mul,
  oneHot,
  sum,
  type Tensor,
  type Tensor1D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { NoiseLevel } from '@tweedie/core';
import type { GaussianMixture } from '@tweedie/data';

/** `ln p(component | x_t)` for points `[batch, dimensions]` and int32 labels `[batch]`; differentiable in x. */
export function exactClassifier(mixture: GaussianMixture): (x: Tensor, level: NoiseLevel, labels: Tensor) => Tensor1D {
  return (x, level, labels) =>
    tidy(() => {
      const components = mixture.at(level);
      const common = components[0]?.precision ?? [];
      const logits = components.map(({ logWeight, center, precision, logDeterminant }) => {
        const pull = precision.map((row) => row.reduce((total, each, i) => total + each * (center[i] ?? 0), 0));
        const offset = pull.reduce((total, each, i) => total + each * (center[i] ?? 0), logDeterminant) / 2;
        const own = tensor2d(precision.map((row, i) => row.map((each, j) => (common[i]?.[j] ?? 0) - each)));
        const curved = mul(sum(mul(x, matMul(x, own)), 1, true), 0.5);
        return add(add(curved, matMul(x, tensor2d(pull, [pull.length, 1]))), logWeight - offset);
      });
      return sum<Tensor1D>(mul(logSoftmax(concat(logits, 1)), oneHot(labels, logits.length)), 1);
    });
}
