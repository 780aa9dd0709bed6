/**
 * The evidence lower bound of a chain of `T` Gaussian steps in its first form, negated, in bits per dimension: each step back
 * is held against the step of the forward process between the same two variables,
 *
 *     −ln p(x_0) ≤ E KL(q(x_T | x_{T−1}) ‖ p(x_T)) + Σ_{t<T} E[ln q(x_t | x_{t−1}) − ln p(x_t | x_{t+1})] − E ln p(x_0 | x_1)
 *
 * Luo 2022 (arXiv 2208.11970), eq. 44–45. The expectation is over `x_{t−1}`, `x_t` and `x_{t+1}` together; eq. 45 takes it over
 * `x_t` as if that did not depend on `x_{t+1}`, which would no longer be a bound. So it is drawn, as the others are: the same
 * expectation as {@link discreteElbo}'s with a larger variance, which is what the second form is for.
 */
import { add, mul, neg, sub, type Tensor } from '@tensorflow/tfjs-core';
import { type NoiseLevel, type Objective, transition } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';
import { type BoundForm, boundObjective } from '../internal/bound-objective.js';
import { noisiest } from '../internal/denoising-form.js';
import { column, mixed, perSample } from '../internal/per-sample.js';
import { tensorArithmetic } from './arithmetic.js';
import type { BoundInputs } from './bound-inputs.js';
import { gaussianKl, gaussianLogDensity } from './gaussian.js';
import { unitVariance } from './prior-term.js';
import type { PlannedStep, ReverseOptions } from './reverse-options.js';

/**
 * The objective of training on the bound by consistency of neighbouring steps; to learn from, and to compare with. Options,
 * estimate and errors are those of {@link discreteElbo}.
 */
export function consistencyElbo<Condition = undefined>(
  options: ReverseOptions<Condition>,
): Objective<DiffusionBatch<Condition>, BoundInputs<Condition>> {
  return boundObjective(options, form);
}

const form: BoundForm = {
  draw(data, steps, plan, normal) {
    const before = new Map(plan.map(({ level }, i) => [level, plan[i - 1]?.previous]));
    const levels = steps.map(({ level }) => level);
    const previous = steps.map((step) => step.previous);
    const first = levels.map((level) => before.get(level));
    const epsilon = normal(1);
    const reference = walked(walked(data, normal(2), [], first), epsilon, first, previous);
    // of the step to data there is no forward step, and its density is not used
    const deviations = previous.map((level, i) => kernel(first[i], level).deviation || 1);
    return {
      noisy: walked(reference, normal(0), previous, levels),
      reference,
      density: sub(gaussianLogDensity(tensorArithmetic, epsilon, STANDARD), column(deviations.map(Math.log), data)),
      prior: perSample(lastTransition(data, plan, normal(3)), steps.length),
    };
  },
  term: ({ data, reference, density = 0, last }, model, decoder) =>
    tensorArithmetic.select(
      last,
      neg(decoder(tensorArithmetic, data, model)),
      sub(density, gaussianLogDensity(tensorArithmetic, reference, model)),
    ),
};

const STANDARD = { mean: 0, logVariance: 0 };

type Place = NoiseLevel | undefined; // the data

/** One draw of a transition per sample. */
function walked(x: Tensor, epsilon: Tensor, from: readonly Place[], to: readonly Place[]): Tensor {
  const kernels = to.map((level, i) => kernel(from[i], level));
  return mixed([kernels.map((each) => each.x), x], [kernels.map(({ deviation }) => deviation), epsilon]);
}

function kernel(from: Place, to: Place): { readonly x: number; readonly deviation: number } {
  if (to === undefined) return { x: 1, deviation: 0 };
  if (from === undefined) return { x: to.alpha, deviation: to.sigma };
  const { x, variance } = transition(from, to);
  return { x, deviation: Math.sqrt(variance) };
}

/** `KL(q(x_T | x_{T−1}) ‖ p(x_T))` at a draw of `x_{T−1}`. */
function lastTransition(data: Tensor, plan: readonly PlannedStep[], epsilon: Tensor): Tensor {
  const { level, previous } = noisiest(plan);
  const { x, deviation } = kernel(previous, level);
  const before = kernel(undefined, previous);
  const start = add(mul(data, before.x), mul(epsilon, before.deviation));
  const step = { mean: mul(start, x), logVariance: 2 * Math.log(deviation) };
  return gaussianKl(tensorArithmetic, step, { mean: 0, logVariance: Math.log(unitVariance(level)) });
}
