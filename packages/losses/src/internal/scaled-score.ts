/** From inputs to a loss of ŝ; see `score-inputs.ts`. */
import { add, mul, type Rank, reshape, type Scalar, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import type { Network } from '@tweedie/core';
import type { ScoreInputs } from '../score/score-inputs.js';
import { averaged } from './timed.js';

/** ŝ as a function of the network's input. */
export function scaledScore<Condition>(network: Network<Condition>, inputs: ScoreInputs<Condition>): (x: Tensor) => Tensor {
  const { noise, skip, out, condition, masks } = inputs;
  const perSample = [-1, ...inputs.x.shape.slice(1).map(() => 1)];
  return (x) =>
    tidy(() => add(mul(x, reshape(skip, perSample)), mul(network.apply(x, noise, condition, masks), reshape(out, perSample))));
}

/** The scalar product of each sample with its partner. */
export function products(a: Tensor, b: Tensor): Tensor1D {
  return tidy(() => sum<Tensor1D>(reshape<Rank.R2>(mul(a, b), [a.shape[0] ?? 0, -1]), 1));
}

/** An evaluation that `tidy` may walk. */
export type Weighed = { readonly loss: Scalar; readonly perExample: Tensor1D };

/** The loss of losses per sample, each a sum over its elements. */
export function weighed(inputs: ScoreInputs<unknown>, sums: Tensor1D): Weighed {
  return tidy(() => {
    const { x, weight } = inputs;
    const perExample = mul<Tensor1D>(mul(sums, weight), weight.size / x.size);
    return { loss: averaged(perExample, inputs), perExample };
  });
}
