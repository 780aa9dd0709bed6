/** From inputs to a loss of ŝ; see `score-inputs.ts`. */
import { add, mean, mul, type Rank, reshape, type Scalar, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import type { Network, Objective } from '@tweedie/core';
import type { Diffused, ScoreInputs } from '../score/score-inputs.js';

/** ŝ as a function of the network's input. */
export function scaledScore<Condition>(network: Network<Condition>, inputs: ScoreInputs<Condition>): (x: Tensor) => Tensor {
  const { noise, skip, out, condition } = inputs;
  const perSample = [-1, ...inputs.x.shape.slice(1).map(() => 1)];
  return (x) =>
    tidy(() => add(mul(x, reshape(skip, perSample)), mul(network.apply(x, noise, condition), reshape(out, perSample))));
}

/** The scalar product of each sample with its partner. */
export function products(a: Tensor, b: Tensor): Tensor1D {
  return tidy(() => sum<Tensor1D>(reshape<Rank.R2>(mul(a, b), [a.shape[0] ?? 0, -1]), 1));
}

/** An evaluation that `tidy` may walk. */
export type Weighed = { readonly loss: Scalar; readonly perExample: Tensor1D };

/** The loss of losses per sample, each a sum over its elements. */
export function weighed({ x, weight, importance }: ScoreInputs<unknown>, sums: Tensor1D): Weighed {
  return tidy(() => {
    const perExample = mul<Tensor1D>(mul(sums, weight), weight.size / x.size);
    return { loss: mean<Scalar>(importance === undefined ? perExample : mul(perExample, importance)), perExample };
  });
}

/** `observe` of an objective whose time sampler learns. */
export function observed(
  diffused: Diffused | undefined,
): Pick<Objective<unknown, Pick<ScoreInputs<unknown>, 'times'>>, 'observe'> {
  const observe = diffused?.times?.observe;
  if (observe === undefined) return {};
  return { observe: ({ times }, losses, memory) => observe(Array.from(times?.dataSync() ?? []), losses, memory) };
}
