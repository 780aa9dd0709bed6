import { add, mean, mul, type Scalar, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { foldIn, normal, type Objective, split } from '@tweedie/core';
import type { BoundInputs, BoundTensors } from '../bounds/bound-inputs.js';
import type { Decoder } from '../bounds/decoder.js';
import { discretizedGaussian } from '../bounds/discretized-gaussian.js';
import type { Gaussian } from '../bounds/gaussian.js';
import { type PlannedStep, plannedSteps, type ReverseOptions } from '../bounds/reverse-options.js';
import { fixedSmall } from '../bounds/reverse-variance.js';
import type { DiffusionBatch } from '../diffusion-loss.js';
import { stratified } from '../times/stratified.js';
import { boundTensors, type Drawn, drawSteps, modelOf } from './bound-inputs.js';
import { given } from './given.js';
import { halves } from './halves.js';
import { perSample } from './per-sample.js';
import { averaged, observing } from './timed.js';

/** One way to write the bound as a sum over steps. */
export interface BoundForm {
  /** What a batch of steps needs, from standard normals of the data's shape; `normal(i)` is the i-th draw. */
  draw(data: Tensor, steps: readonly PlannedStep[], plan: readonly PlannedStep[], normal: (draw: number) => Tensor): Drawn;
  /** The term of each element in nats, which falls as the bound on the likelihood rises. */
  term(inputs: BoundTensors, model: Gaussian<Tensor>, decoder: Decoder): Tensor;
}

/** The objective of a form, in bits per dimension: `T` times the term of a step drawn, and the prior term. */
export function boundObjective<Condition>(
  options: ReverseOptions<Condition>,
  form: BoundForm,
): Objective<DiffusionBatch<Condition>, BoundInputs<Condition>> {
  const {
    network,
    parameterization,
    limit,
    times = stratified(),
    variance = fixedSmall(),
    decoder = discretizedGaussian(),
  } = options;
  const plan = plannedSteps(options);
  return {
    parameters: network.parameters,
    prepare(batch, key, memory) {
      const { x } = batch;
      const [timesKey = key, noiseKey = key] = split(key);
      const drawn = drawSteps(plan, times, timesKey, x.shape[0] ?? 0, memory);
      const tensors = tidy(() => {
        const fresh = (draw: number): Tensor => normal(draw === 0 ? noiseKey : foldIn(noiseKey, draw), x.shape);
        return boundTensors(x, drawn, parameterization, form.draw(x, drawn.steps, plan, fresh));
      });
      return { ...tensors, ...given(network, batch, key) };
    },
    evaluate: (inputs) =>
      tidy(() => {
        const { x, noise, condition, masks, prior } = inputs;
        const output = network.apply(x, noise, condition, masks);
        const model = modelOf(inputs, { rule: variance, limit }, variance.learned ? halves(output, x) : [output, 0]);
        const term = mul<Tensor1D>(perSample(form.term(inputs, model, decoder), noise.size), plan.length / Math.LN2);
        const constant = mul(prior, 1 / Math.LN2);
        const perExample = add<Tensor1D>(term, constant);
        return { loss: add<Scalar>(averaged(term, inputs), mean(constant)), perExample };
      }),
    ...observing(times),
  };
}
