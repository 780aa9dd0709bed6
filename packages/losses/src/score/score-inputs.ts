/**
 * Where a score is matched, in one form: on the data as they are, with a network that gives their score, or on the noisy data of a
 * diffusion, with a network that predicts anything. What is matched there is `ŝ = σ·s = −ε̂`, finite at every level: with u the network's
 * input, `in·x_t`, and [a, b] what the network is trained towards,
 *
 *     ŝ(u) = skip·u + out·F(u),    skip = a/(in·(bα − aσ)),    out = −α/(bα − aσ)
 *
 * On the data as they are `ŝ(x) = F(x)`. The losses are those of diffusion, means over the elements of a sample weighted in ε, and so twice
 * the ½‖…‖² of the papers, over the number of elements.
 */
import { clone, fill, type Tensor1D, tensor1d, zeros } from '@tensorflow/tfjs-core';
import type { Key, Network, NoiseLevel, Parameterization, TimeSampler } from '@tweedie/core';
import type { DiffusionBatch, DiffusionInputs } from '../diffusion-loss.js';
import { diffusionInputs } from '../internal/diffusion-inputs.js';
import { given } from '../internal/given.js';
import type { Training } from '../noisy-inputs.js';
import { stratified } from '../times/stratified.js';

/** The noisy data on which to match: the forward process, what the network predicts, the weighting of the levels and their times. */
export interface Diffused extends Training {
  /** Default {@link stratified}. */
  readonly times?: TimeSampler;
}

/** What is trained, and where. */
export interface ScoreMatchingOptions<Condition = undefined> {
  readonly network: Network<Condition>;
  /** Default: none; the data themselves, whose score the network gives, and is told a noise level of 0. */
  readonly diffused?: Diffused;
}

/** What one evaluation needs, owned by the caller; every tensor has the batch as first axis. */
export interface ScoreInputs<Condition = undefined> extends Omit<DiffusionInputs<Condition>, 'target' | 'times'> {
  readonly skip: Tensor1D;
  readonly out: Tensor1D;
  /** `σ·in`, from a derivative of ŝ by the network's input to that of σ²s. */
  readonly slope: Tensor1D;
  /** With noise only. */
  readonly times?: Tensor1D;
}

/** Where a noisy sample is. */
export interface Site {
  readonly level: NoiseLevel;
  /** The network's input over `x_t`. */
  readonly scale: number;
}

/** Inputs, and where the noisy ones are; the times and the noise are those that `diffusionLoss` draws from the same key. */
export function scoreInputs<Condition>(
  { network, diffused }: ScoreMatchingOptions<Condition>,
  batch: DiffusionBatch<Condition>,
  key: Key,
  memory?: unknown,
): { readonly inputs: ScoreInputs<Condition>; readonly sites?: readonly Site[] } {
  const [count = 0] = batch.x.shape;
  if (diffused === undefined) {
    const [zero, one] = [() => zeros([count]) as Tensor1D, () => fill([count], 1) as Tensor1D];
    const besides = given(network, batch, key);
    return { inputs: { x: clone(batch.x), noise: zero(), weight: one(), skip: zero(), out: one(), slope: one(), ...besides } };
  }
  const { parameterization, times = stratified() } = diffused;
  const towardsNoise: Parameterization = (level) => ({ ...parameterization(level), target: [0, 1] }); // so that `weight` is that on ε
  const { inputs, levels } = diffusionInputs(network, { ...diffused, times, parameterization: towardsNoise }, batch, key, memory);
  const { target, ...rest } = inputs;
  target.dispose();
  const columns = levels.map((level) => {
    const { in: scale, target } = parameterization(level);
    const [a, b] = target;
    const divisor = b * level.alpha - a * level.sigma;
    return { level, scale, skip: a / (scale * divisor), out: -level.alpha / divisor, slope: level.sigma * scale };
  });
  const column = (name: 'skip' | 'out' | 'slope'): Tensor1D => tensor1d(Float32Array.from(columns, (at) => at[name]));
  return { inputs: { ...rest, skip: column('skip'), out: column('out'), slope: column('slope') }, sites: columns };
}
