/**
 * The evidence lower bound of a chain of steps measured in every one of them, in bits per dimension: where the likelihood is
 * lost. Ho et al. 2020 (arXiv 2006.11239), section 4.3; Nichol & Dhariwal 2021 (arXiv 2102.09672), figure 2.
 */
import { breathe, disposeAll, foldIn, type Key } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';
import { discreteElbo } from './discrete-elbo.js';
import { plannedSteps, type ReverseOptions } from './reverse-options.js';

/** A bound and its parts, per sample. */
export interface StepwiseBound {
  /** The bound on `−log₂ p(x)` per dimension, prior and all terms. */
  readonly total: readonly number[];
  readonly prior: readonly number[];
  /** Of each step, the one to data first. */
  readonly terms: readonly (readonly number[])[];
}

/**
 * Measures the bound with one draw of noise in each step; as many evaluations of the network as there are steps.
 * @param options the model; its `times` are not used
 * @throws what {@link discreteElbo} throws
 */
export async function stepwiseBound<Condition = undefined>(
  options: Omit<ReverseOptions<Condition>, 'times'>,
  batch: DiffusionBatch<Condition>,
  key: Key,
): Promise<StepwiseBound> {
  const { length } = plannedSteps(options);
  let index = 0;
  const times = { draw: (_: Key, count: number) => ({ times: Array.from({ length: count }, () => (index + 0.5) / length) }) };
  const objective = discreteElbo<Condition>({ ...options, times });
  const terms: number[][] = [];
  let prior: readonly number[] = [];
  for (; index < length; index++) {
    await breathe();
    const owned: unknown[] = [];
    try {
      const inputs = await objective.prepare(batch, foldIn(key, index));
      owned.push(inputs);
      const evaluation = objective.evaluate(inputs);
      owned.push(evaluation);
      prior = Array.from(await inputs.prior.data(), (nats) => nats / Math.LN2);
      const estimate = Array.from((await evaluation.perExample?.data()) ?? []);
      terms.push(estimate.map((each, i) => (each - (prior[i] ?? Number.NaN)) / length));
    } finally {
      disposeAll(owned);
    }
  }
  return { total: prior.map((each, i) => terms.reduce((sum, term) => sum + (term[i] ?? Number.NaN), each)), prior, terms };
}
