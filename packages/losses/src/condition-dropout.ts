/**
 * Training for classifier-free guidance: a condition is replaced by "none" now and then, so that one network learns both the conditional
 * and the unconditional distribution. Ho & Salimans 2022 (arXiv 2207.12598), algorithm 1.
 */
import { reshape, type Tensor, tensor1d, tidy, where } from '@tensorflow/tfjs-core';
import { foldIn, invalid, type Key, type Objective, uniform } from '@tweedie/core';

/** Which conditions {@link conditionDropout} replaces, and by what. */
export interface ConditionDropoutOptions {
  /** Probability of replacement, from 0 to 1. Default 0.1. */
  readonly probability?: number;
  /** The condition that means "none", `[1, …]`; borrowed by every `prepare`. */
  readonly without: Tensor;
}

/** Folded into the key, so that the objective's own draws are those that it makes without dropout. */
const DROPOUT = 0x64726f70;

/**
 * An objective in which each sample's condition is dropped with some probability; sample `i` depends on the key and on `i` alone.
 * @throws RangeError (`probability-out-of-range`) if `probability` is not between 0 and 1
 */
export function conditionDropout<Batch extends { readonly condition: Tensor }, Inputs>(
  objective: Objective<Batch, Inputs>,
  options: ConditionDropoutOptions,
): Objective<Batch, Inputs> {
  const { probability = 0.1, without } = options;
  if (!(probability >= 0 && probability <= 1))
    throw invalid('probability-out-of-range', `\`probability\` must be between 0 and 1, got ${probability}`);
  return {
    ...objective,
    prepare: (batch, key, memory) => {
      const condition = dropped(batch.condition, without, probability, foldIn(key, DROPOUT));
      const free = () => condition.dispose();
      try {
        const inputs = objective.prepare({ ...batch, condition }, key, memory);
        if (inputs instanceof Promise) return inputs.finally(free);
        free();
        return inputs;
      } catch (error) {
        free();
        throw error;
      }
    },
  };
}

function dropped(condition: Tensor, without: Tensor, probability: number, key: Key): Tensor {
  return tidy(() => {
    const [batch = 0] = condition.shape;
    const drop = tensor1d(
      Array.from(uniform(key, batch), (u) => u < probability),
      'bool',
    );
    return where(reshape(drop, [batch, ...condition.shape.slice(1).map(() => 1)]), without, condition);
  });
}
