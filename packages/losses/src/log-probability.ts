/**
 * What a classifier that knows noise says of labels, `ln p(y | x_t) = logit_y − ln Σ_k e^logit_k`, in nats. Its input is scaled, and it is
 * told the noise, as the network of a denoiser is. Dhariwal & Nichol 2021 (arXiv 2105.05233), section 4.
 */
import { logSoftmax, mul, oneHot, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { denoiser, type Network, type NoiseLevel, type Parameterization, type Scalings } from '@tweedie/core';

/** How a network is given a noisy sample: scaled by `in`, and told `noise`. Every parameterisation says it. */
export type InputScaling = (level: NoiseLevel) => Pick<Scalings, 'in' | 'noise'>;

/**
 * `ln p(y | x_t)` by a classifier, for `classifier` of `@tweedie/guidance`. Differentiable in `x`.
 * @param network gives logits `[batch, classes]`
 * @param parameterization the one that the network was trained with, by `classification`
 * @returns a function of `x_t`, its level, and int32 labels `[batch]`, to `[batch]`; for a label that is no class, such as "none", 0
 * with no gradient. It throws RangeError (`parameterization-undefined`) where `in` or `noise` is not finite
 */
export function logProbability(
  network: Network,
  parameterization: InputScaling,
): (x: Tensor, level: NoiseLevel, labels: Tensor) => Tensor1D {
  const logits = denoiser(network, undecoded(parameterization));
  return (x, level, labels) => tidy(() => chosen(logSoftmax(logits(x, level, undefined)), labels));
}

/** The entry of each sample's label in its row `[batch, classes]`; 0 for a label that is no class. */
export function chosen(logs: Tensor, labels: Tensor): Tensor1D {
  return tidy(() => {
    const [, classes = 0] = logs.shape;
    // Not `gather`, whose gradient tfjs's wasm backend lacks.
    return sum<Tensor1D>(mul(logs, oneHot(labels, classes, 1, 0, 'float32')), 1);
  });
}

/** With the input of a parameterisation, a network whose answer is taken as it is. */
export function undecoded(parameterization: InputScaling): Parameterization {
  return (level) => ({ ...parameterization(level), skip: 0, out: 1, target: [1, 0] });
}
