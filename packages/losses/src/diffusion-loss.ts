/**
 * The diffusion loss: one objective for every process, parameterisation and weighting,
 *
 *     loss = E[ w·⟨(F(in·x_t, noise) − target)²⟩ ],    x_t = α·x0 + σ·ε
 *
 * at times drawn by `times`, with ⟨·⟩ the mean over the elements of a sample. `w` is the weighting's weight on the squared ε
 * error, carried over to the network's output (see `noisy-inputs.ts`), so that a weighting means the same objective whatever the
 * network predicts. Ho et al. 2020 (arXiv 2006.11239), Kingma & Gao 2023 (arXiv 2303.00848).
 */
import { mul, square, sub, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import type { Network, Objective, TimeSampler } from '@tweedie/core';
import { positive } from './internal/checks.js';
import { diffusionInputs } from './internal/diffusion-inputs.js';
import type { Given } from './internal/given.js';
import { perSample } from './internal/per-sample.js';
import { averaged, observing, type Timed } from './internal/timed.js';
import type { NoisyInputs, Training } from './noisy-inputs.js';
import { pseudoHuber } from './pseudo-huber.js';
import { stratified } from './times/stratified.js';
import { simple } from './weightings/simple.js';

/** What is trained, on which objective. */
export interface DiffusionLossOptions<Condition = undefined> extends Training {
  readonly network: Network<Condition>;
  /** Default {@link stratified}. */
  readonly times?: TimeSampler;
  /** Makes each loss pseudo-Huber, `√(loss + c²) − c` with this `c`, positive; 0.00054 in the paper. Off by default. */
  readonly pseudoHuber?: number;
}

/** Data `x` [batch, …] and what the network is told of them; borrowed. */
export type DiffusionBatch<Condition = undefined> = { readonly x: Tensor } & (undefined extends Condition
  ? { readonly condition?: Condition }
  : { readonly condition: Condition });

/**
 * What one evaluation needs, owned by the caller. Every tensor has the batch as first axis, so that inputs can be cut into
 * shards; the loss of the whole is the mean of those of equal shards.
 */
export interface DiffusionInputs<Condition = undefined> extends NoisyInputs, Timed, Given<Condition> {}

/**
 * The objective of training a diffusion model. `prepare` draws times and noise from the key: sample `i` of the noise depends on
 * the key and on `i` alone. `perExample` is weighted, but not by the time sampler's `importance`.
 * @throws RangeError (`pseudo-huber-not-positive`); (`times-mismatch`) from `prepare` if the time sampler gives too few times
 */
export function diffusionLoss<Condition = undefined>(
  options: DiffusionLossOptions<Condition>,
): Objective<DiffusionBatch<Condition>, DiffusionInputs<Condition>> {
  const { network, process, parameterization, weighting = simple(), times = stratified(), pseudoHuber: c } = options;
  if (c !== undefined) positive({ pseudoHuber: c });
  return {
    parameters: network.parameters,
    prepare: (batch, key, memory) =>
      diffusionInputs(network, { process, parameterization, weighting, times }, batch, key, memory).inputs,
    evaluate: (inputs) =>
      tidy(() => {
        const { x, noise, target, weight, condition, masks } = inputs;
        const error = sub(network.apply(x, noise, condition, masks), target);
        const weighted = mul<Tensor1D>(perSample(square(error), weight.size), weight);
        const perExample = c === undefined ? weighted : pseudoHuber(weighted, c);
        return { loss: averaged(perExample, inputs), perExample };
      }),
    ...observing(times),
  };
}
