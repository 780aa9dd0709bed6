/**
 * The hybrid objective by which a network learns the variance of its steps beside their mean,
 *
 *     loss = L_simple + λ·L_vlb
 *
 * `L_simple` is the weighted squared error of the first half of the output, and `L_vlb` the bound of `discreteElbo`, estimated
 * from the same step, through which no gradient reaches the mean. Nichol & Dhariwal 2021 (arXiv 2102.09672), eq. 16, where λ is
 * 0.001 and `L_vlb` is in bits per dimension.
 */
import { add, mul, square, sub, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { invalid, normal, type Objective, split } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';
import { boundTensors, drawSteps, modelOf } from '../internal/bound-inputs.js';
import { nonNegative } from '../internal/checks.js';
import { denoisingDraw, denoisingForm } from '../internal/denoising-form.js';
import { given } from '../internal/given.js';
import { halves } from '../internal/halves.js';
import { perSample } from '../internal/per-sample.js';
import { stopGradient } from '../internal/stop-gradient.js';
import { averaged, observing } from '../internal/timed.js';
import { noisyInputs, type Training } from '../noisy-inputs.js';
import { stratified } from '../times/stratified.js';
import type { BoundInputs } from './bound-inputs.js';
import { discretizedGaussian } from './discretized-gaussian.js';
import { plannedSteps, type ReverseOptions } from './reverse-options.js';
import { learnedRange } from './reverse-variance.js';

/** What is trained; the variance is {@link learnedRange} by default. */
export interface LearnedVarianceOptions<Condition = undefined> extends ReverseOptions<Condition>, Training {
  /** λ, not negative, on the whole bound of all steps. Default 0.001; 1 / `steps` counts each step once. */
  readonly bound?: number;
}

/** The inputs of the bound, with what the mean's error is measured by. */
export type LearnedVarianceInputs<Condition = undefined> = BoundInputs<Condition> & {
  /** What the first half of the output is trained towards. */
  readonly target: Tensor;
  /** Weight on its mean squared error. */
  readonly weight: Tensor1D;
};

/**
 * The objective of training mean and variance together. The network's output has twice the channels of its input, on the last
 * axis. With a variance that is not learned there is nothing to add to `diffusionLoss`.
 * @throws RangeError (`bound-negative`, `variance-not-learned`) and what `discreteElbo` throws
 */
export function learnedVarianceLoss<Condition = undefined>(
  options: LearnedVarianceOptions<Condition>,
): Objective<DiffusionBatch<Condition>, LearnedVarianceInputs<Condition>> {
  const { network, parameterization, variance = learnedRange(), bound = 0.001 } = options;
  const { times = stratified(), limit, decoder = discretizedGaussian() } = options;
  nonNegative({ bound });
  if (!variance.learned)
    throw invalid(
      'variance-not-learned',
      '`variance` must be a learned one, `learnedRange()` or `learnedLogVariance()`, got a fixed one',
    );
  const plan = plannedSteps(options);
  return {
    parameters: network.parameters,
    prepare(batch, key, memory) {
      const { x: data } = batch;
      const [timesKey = key, noiseKey = key] = split(key);
      const drawn = drawSteps(plan, times, timesKey, data.shape[0] ?? 0, memory);
      const tensors = tidy(() => {
        const epsilon = normal(noiseKey, data.shape);
        const levels = drawn.steps.map(({ level }) => level);
        const draws = denoisingDraw(data, drawn.steps, plan, epsilon);
        return {
          ...boundTensors(data, drawn, parameterization, draws),
          ...noisyInputs(options, data, epsilon, levels),
        };
      });
      return { ...tensors, ...given(network, batch, key) };
    },
    evaluate: (inputs) =>
      tidy(() => {
        const { x, noise, condition, masks, target, weight } = inputs;
        const [answer, output] = halves(network.apply(x, noise, condition, masks), x);
        const simple = mul<Tensor1D>(perSample(square(sub(answer, target)), noise.size), weight);
        const model = modelOf(inputs, { rule: variance, limit }, [stopGradient(answer), output]);
        const nats = perSample(denoisingForm.term(inputs, model, decoder), noise.size);
        const perExample = add<Tensor1D>(simple, mul(nats, (bound * plan.length) / Math.LN2));
        return { loss: averaged(perExample, inputs), perExample };
      }),
    ...observing(times),
  };
}
