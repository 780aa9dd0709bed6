/**
 * The score of an energy-based model `p(x) = e^(−f(x))/Z`: whatever the normaliser Z,
 *
 *     ∇ln p(x) = −∇f(x)
 *
 * so that a network of one number per sample becomes one that predicts a score, and a conservative field by construction. LeCun et al. 2006;
 * Song & Ermon 2019 (arXiv 1907.05600), section 2; Luo 2022 (arXiv 2208.11970), eq. 152–156.
 */
import { grad, neg, sum, tidy } from '@tensorflow/tfjs-core';
import type { Network } from '@tweedie/core';

/**
 * The score of an energy. Training it is a gradient of a gradient, and training its divergence one more; what tfjs cannot differentiate
 * again (`logSoftmax`, pooling by maximum) has no place in an energy.
 * @param energy gives `[batch]` or `[batch, 1]`, in nats, each from its sample alone
 */
export function energyScore<Condition = undefined>(energy: Network<Condition>): Network<Condition> {
  return {
    ...energy,
    apply: (x, noise, condition, masks) => tidy(() => neg(grad((at) => sum(energy.apply(at, noise, condition, masks)))(x))),
  };
}
