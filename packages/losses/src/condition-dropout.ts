/**
 * Training for classifier-free guidance: a condition is replaced by "none" now and then, so that one network learns both the conditional
 * and the unconditional distribution. Ho & Salimans 2022 (arXiv 2207.12598), algorithm 1. Of several conditions each may be dropped by
 * itself, so that each can be guided by itself: Brooks et al. 2022 (arXiv 2211.09800), section 3.2.1.
 */
import { reshape, Tensor, tensor1d, tidy, where } from '@tensorflow/tfjs-core';
import { disposeAll, foldIn, foldInName, invalid, type Key, type Objective, uniform } from '@tweedie/core';

type Named<Name extends string> = Readonly<Record<Name, Tensor>>;

/** Which condition {@link conditionDropout} replaces, and by what. */
export interface ConditionDropoutOptions {
  /** Probability of replacement, from 0 to 1. Default 0.1. */
  readonly probability?: number;
  /** The condition that means "none", `[1, …]`; borrowed by every `prepare`. */
  readonly without: Tensor;
}

/** Which tensors of a condition {@link conditionDropout} replaces, and by what. */
export interface NamedDropoutOptions<Name extends string> {
  /** Of replacing all of them together, or by name, of replacing each by itself; from 0 to 1. Default 0.1, together. */
  readonly probability?: number | Readonly<Record<Name, number>>;
  /** What means "none", `[1, …]`, for each tensor that may be replaced; borrowed by every `prepare`. */
  readonly without: Named<Name>;
}

/** Folded into the key, so that the objective's own draws are those that it makes without dropout. */
const DROPOUT = 0x64726f70;

/**
 * An objective in which each sample's condition is dropped with some probability; sample `i` depends on the key and on `i` alone.
 * @throws RangeError (`probability-out-of-range`) if a probability is not between 0 and 1; from `prepare`, TypeError (`condition-mismatch`)
 * if the condition lacks a tensor of `without`
 */
export function conditionDropout<Batch extends { readonly condition: Tensor }, Inputs>(
  objective: Objective<Batch, Inputs>,
  options: ConditionDropoutOptions,
): Objective<Batch, Inputs>;
/**
 * The same for a condition of several tensors, dropped together or each by itself; for both, put one around the other. What is drawn for
 * one name does not depend on the others.
 * @throws as for one tensor
 */
export function conditionDropout<Name extends string, Batch extends { readonly condition: Named<Name> }, Inputs>(
  objective: Objective<Batch, Inputs>,
  options: NamedDropoutOptions<Name>,
): Objective<Batch, Inputs>;
export function conditionDropout<Batch extends { readonly condition: Tensor | Named<string> }, Inputs>(
  objective: Objective<Batch, Inputs>,
  options: ConditionDropoutOptions | NamedDropoutOptions<string>,
): Objective<Batch, Inputs> {
  const { probability = 0.1, without } = options;
  const chances = typeof probability === 'number' ? { probability } : probability;
  for (const [name, chance] of Object.entries(chances))
    if (!(chance >= 0 && chance <= 1))
      throw invalid('probability-out-of-range', `\`${name}\` must be between 0 and 1, got ${chance}`);
  const drop = (name: string, given: Tensor, none: Tensor, key: Key): Tensor =>
    typeof probability === 'number'
      ? dropped(given, none, probability, key)
      : dropped(given, none, probability[name] ?? 0, foldInName(key, name));
  return {
    ...objective,
    prepare: (batch, key, memory) => {
      const given = named(batch.condition);
      const fresh: Record<string, Tensor> = {};
      const free = () => disposeAll(fresh);
      try {
        for (const [name, none] of Object.entries(named(without)))
          fresh[name] = drop(name, present(given, name), none, foldIn(key, DROPOUT));
        const condition = batch.condition instanceof Tensor ? fresh[LONE] : { ...given, ...fresh };
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

/** The name of a condition that is one tensor. */
const LONE = '';

function named(condition: Tensor | Named<string>): Named<string> {
  return condition instanceof Tensor ? { [LONE]: condition } : condition;
}

function present(condition: Partial<Named<string>>, name: string): Tensor {
  const tensor = condition[name];
  if (tensor !== undefined) return tensor;
  const names = Object.keys(condition).join(', ');
  throw invalid('condition-mismatch', `the condition must have all tensors of \`without\`, ${name} too, got ${names}`, TypeError);
}

function dropped(given: Tensor, none: Tensor, probability: number, key: Key): Tensor {
  return tidy(() => {
    const [batch = 0, ...axes] = given.shape;
    const drop = tensor1d(
      Array.from(uniform(key, batch), (u) => u < probability),
      'bool',
    );
    return where(reshape(drop, [batch, ...axes.map(() => 1)]), none, given);
  });
}
