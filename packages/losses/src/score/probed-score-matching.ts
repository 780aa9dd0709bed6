/**
 * What implicit and sliced score matching share. By integration by parts the Fisher divergence needs no score of the data,
 *
 *     E‖s − ∇ln p‖² = E[ ‖s‖² + 2·tr ∂s/∂x ] + E‖∇ln p‖²
 *
 * (Hyvärinen 2005, JMLR 6, 695, theorem 1), and both terms are sums over directions v, of `(vᵀs)²` and of the curvatures `vᵀ(∂s/∂x)v`. The
 * network must be smooth: at the kinks of `relu` the trace jumps, of which its gradient by the parameters knows nothing.
 */
import { add, addN, mul, square, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { disposeAll, type Key, type Network, type Objective, sliceBatch, tensorsIn } from '@tweedie/core';
import type { DiffusionBatch } from '../diffusion-loss.js';
import { products, scaledScore, weighed } from '../internal/scaled-score.js';
import { observing } from '../internal/timed.js';
import { checkCurvature } from './check-curvature.js';
import { type Curvature, exactCurvature } from './curvature.js';
import { type ScoreInputs, type ScoreMatchingOptions, scoreInputs } from './score-inputs.js';

/** What is trained, where, and how its derivative by x is taken. */
export interface ProbedOptions<Condition = undefined> extends ScoreMatchingOptions<Condition> {
  /** Default `exactCurvature()`; `finiteDifferences()` for a network that cannot be differentiated twice. */
  readonly curvature?: Curvature;
}

/** How a loss is made of directions. */
export interface Probing<Inputs> {
  /** Tensors of the shape of the data. */
  directions(inputs: Inputs): readonly Tensor[];
  /** The factor on each direction's share of the trace. */
  readonly share: number;
  /** Whether the share of ‖s‖² is `(vᵀs)²`, or ‖s‖² itself. */
  readonly projected: boolean;
}

/** Few samples tell as well as many whether derivatives are right. */
const CHECKED = 4;

/** The objective of a way to probe; `draw` adds to the inputs what it draws. */
export function probedScoreMatching<Condition, Inputs extends ScoreInputs<Condition>>(
  options: ProbedOptions<Condition>,
  draw: (inputs: ScoreInputs<Condition>, key: Key) => Inputs,
  probing: Probing<Inputs>,
): Objective<DiffusionBatch<Condition>, Inputs> {
  const { network, curvature: along = exactCurvature(), diffused } = options;
  const { parameters } = network;
  const evaluate = (inputs: Inputs) =>
    tidy(() => {
      const field = scaledScore(network, inputs);
      const shares = probing.directions(inputs).map((direction) => {
        const { value, curvature } = along(field, inputs.x, direction);
        const norm = probing.projected ? square(products(value, direction)) : products(value, value);
        return mul<Tensor1D>(add(norm, mul(mul(inputs.slope, 2), curvature)), probing.share);
      });
      return weighed(inputs, addN(shares));
    });
  let checked = !along.secondOrder || parameters.size === 0;
  return {
    parameters,
    async prepare(batch, key, memory) {
      const { inputs: points } = scoreInputs(options, batch, key, memory);
      const owned: unknown[] = [points];
      try {
        const inputs = draw(points, key);
        owned.push(inputs);
        if (!checked) await checkFew(network, inputs, key);
        checked = true;
        return inputs;
      } catch (error) {
        disposeAll(owned);
        throw error;
      }
    },
    evaluate,
    ...observing(diffused?.times),
  };
}

async function checkFew<Condition>(network: Network<Condition>, inputs: ScoreInputs<Condition>, key: Key): Promise<void> {
  const few = sliceBatch(inputs, { begin: 0, end: Math.min(CHECKED, inputs.x.shape[0] ?? 0) });
  try {
    await checkCurvature(scaledScore(network, few), network.parameters, few.x, key);
  } finally {
    const kept = new Set(tensorsIn(inputs)); // what has no batch is not cut, but shared
    disposeAll(tensorsIn(few).filter((tensor) => !kept.has(tensor)));
  }
}
