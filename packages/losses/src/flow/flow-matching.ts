/**
 * Conditional flow matching: a network learns the velocity along a path between data and a source,
 *
 *     loss = E[ ⟨(F(x_t, t) − dx_t/dt)²⟩ ],    x_t = a·x0 + b·x1 + γ·z,    (x0, x1) ~ coupling
 *
 * so that F becomes `E[dx_t/dt | x_t]`, whose flow carries the source, t = 1, to the data, t = 0. **Time runs from data to
 * source**, and F is the velocity in that direction; in the papers and torchcfm both are reversed. Lipman et al. 2022 (arXiv
 * 2210.02747), Tong et al. 2023 (arXiv 2302.00482).
 *
 * The network is sampled as `denoiser(network, velocity())` over `linearInterpolant(rectifiedFlow())`, whatever path and source
 * it was trained with: on that process `x − t·F` and the deterministic samplers make `dx/dt = F`, and a step of `ddim` is one of
 * Euler.
 */
import { clone, mul, square, sub, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type Key, type Network, normal, type Objective, split, type TimeSampler } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';
import { type Given, given } from '../internal/given.js';
import { paired } from '../internal/paired.js';
import { perSample } from '../internal/per-sample.js';
import { averaged, drawTimes, observing, type Timed, timed } from '../internal/timed.js';
import { stratified } from '../times/stratified.js';
import { type Coupling, independent } from './coupling.js';
import { type FlowPoints, flowInputs } from './flow-inputs.js';
import type { FlowPath } from './flow-path.js';
import type { FlowTarget } from './flow-target.js';
import { straightPath } from './straight-path.js';

/** What is trained, along which path, between what. */
export interface FlowMatchingOptions<Condition = undefined> {
  readonly network: Network<Condition>;
  /** Default {@link straightPath}. */
  readonly path?: FlowPath;
  /** Draws the source of a batch that brings none, `[batch, …]`. Default: standard normals. */
  readonly source?: (key: Key, shape: readonly number[]) => Tensor;
  /** Which source goes with which datum. Default {@link independent}. */
  readonly coupling?: Coupling<Condition>;
  /** Default {@link stratified}. */
  readonly times?: TimeSampler;
  /** What is learnt. Default `flowVelocity()`. */
  readonly target?: FlowTarget;
  /** What the network is told of the time. Default `(2/π)·atan2(t, 1 − t)`, as `velocity()` tells it under `rectifiedFlow()`. */
  readonly told?: (t: number) => number;
}

/** Data `x` [batch, …], the condition, and a `source` of the shape of `x` if it is not to be drawn; borrowed. */
export type FlowBatch<Condition = undefined> = DiffusionBatch<Condition> & { readonly source?: Tensor };

/** What one evaluation needs, owned by the caller. Every tensor has the batch as first axis. */
export interface FlowInputs<Condition = undefined> extends FlowPoints, Timed, Given<Condition> {
  /** What the network is told of the time. */
  readonly noise: Tensor1D;
}

/**
 * The objective of flow matching. `prepare` draws times, source, noise and pairs from the key; the times and the source are those
 * that `diffusionLoss` draws from the same key as times and noise.
 * @throws RangeError (`times-mismatch`, `batch-mismatch`, `noise-missing`, `pairing-invalid`) from `prepare`
 */
export function flowMatching<Condition = undefined>(
  options: FlowMatchingOptions<Condition>,
): Objective<FlowBatch<Condition>, FlowInputs<Condition>> {
  const {
    network,
    path = straightPath(),
    source: draw = normal,
    coupling = independent(),
    times = stratified(),
    target,
    told = (t) => (2 / Math.PI) * Math.atan2(t, 1 - t),
  } = options;
  return {
    parameters: network.parameters,
    async prepare(batch, key, memory) {
      const { x: data } = batch;
      const condition = batch.condition as Condition;
      const [timesKey = key, sourceKey = key, noiseKey = key, pairKey = key] = split(key, 4);
      const drawn = drawTimes(times, timesKey, data.shape[0] ?? 0, memory);
      const points = drawn.times.map(path);
      const noisy = points.some(({ value, rate }) => value[2] !== 0 || rate[2] !== 0);
      const source = batch.source === undefined ? draw(sourceKey, data.shape) : clone(batch.source);
      try {
        const pairing = await coupling({ data, source, condition }, pairKey);
        const inputs = tidy(() => {
          const ends = {
            data,
            source: paired(source, pairing),
            ...(noisy ? { noise: normal(noiseKey, data.shape) } : {}),
          };
          return {
            ...flowInputs(points, ends, target),
            noise: tensor1d(Float32Array.from(drawn.times, told)),
            ...timed(drawn),
          };
        });
        return { ...inputs, ...given(network, batch, key) };
      } finally {
        source.dispose();
      }
    },
    evaluate: (inputs) =>
      tidy(() => {
        const { x, noise, target, gain, condition, masks } = inputs;
        const output = network.apply(x, noise, condition, masks);
        const error = sub(gain === undefined ? output : mul(output, gain), target);
        const perExample = perSample(square(error), noise.size);
        return { loss: averaged(perExample, inputs), perExample };
      }),
    ...observing(times),
  };
}
