import type { Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { tensorArithmetic } from '../bounds/arithmetic.js';
import { boundTerm } from '../bounds/bound-term.js';
import { priorTerm } from '../bounds/prior-term.js';
import type { PlannedStep } from '../bounds/reverse-options.js';
import type { Drawn } from './bound-inputs.js';
import type { BoundForm } from './bound-objective.js';
import { mixed, perSample } from './per-sample.js';

/** The second form of the bound: the model's step against the posterior given the data. */
export const denoisingForm: BoundForm = {
  draw: (data, steps, plan, normal) => denoisingDraw(data, steps, plan, normal(0)),
  term: ({ data, reference, bounds, last }, model, decoder) =>
    boundTerm(tensorArithmetic, { data, posterior: { mean: reference, logVariance: bounds.small }, model, last, decoder }),
};

/** What the form draws, with given standard normals; call inside `tidy`. */
export function denoisingDraw(data: Tensor, steps: readonly PlannedStep[], plan: readonly PlannedStep[], epsilon: Tensor): Drawn {
  const level = (f: (step: PlannedStep) => number): number[] => steps.map(f);
  return {
    noisy: mixed([level((step) => step.level.alpha), data], [level((step) => step.level.sigma), epsilon]),
    reference: mixed(
      [level((step) => step.noisy * step.level.alpha + step.data), data],
      [level((step) => step.noisy * step.level.sigma), epsilon],
    ),
    prior: perSample(priorTerm(tensorArithmetic, data, noisiest(plan).level), steps.length),
  };
}

/** The last step of a chain. */
export function noisiest(plan: readonly PlannedStep[]): PlannedStep {
  const last = plan.at(-1);
  if (last === undefined) throw invalid('levels-empty', 'a bound needs at least one noisy level, got none');
  return last;
}
