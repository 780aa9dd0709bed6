/**
 * Pairs drawn from the entropic optimal transport of a batch with ε = 2σ²: over the path `brownianBridge` of the same σ
 * they make a Schrödinger bridge, the diffusion between data and source that is nearest to Brownian motion. Tong et al. 2023
 * (arXiv 2307.03672).
 */
import { uniform } from '@tweedie/core';
import { positive } from '../internal/checks.js';
import type { Coupling } from './coupling.js';
import { type SinkhornOptions, sinkhorn } from './sinkhorn.js';
import { type TransportOptions, transportCosts } from './transport-costs.js';

/** Of {@link entropicTransport}; `tolerance` and `iterations` are those of {@link sinkhorn}. */
export interface EntropicTransportOptions<Condition = unknown>
  extends TransportOptions<Condition>,
    Omit<SinkhornOptions, 'epsilon'> {
  /** Diffusion of the bridge, positive. Default 1. */
  readonly sigma?: number;
}

/**
 * Entropic transport within each batch: each datum draws its source from its row of the plan, so that a source comes once on
 * average. Reads the batch back.
 * @throws RangeError (`sigma-not-positive`)
 */
export function entropicTransport<Condition = unknown>(options: EntropicTransportOptions<Condition> = {}): Coupling<Condition> {
  const { sigma = 1 } = options;
  positive({ sigma });
  return async (batch, key) => {
    const [count = 0] = batch.data.shape;
    const plan = sinkhorn(await transportCosts(batch, options), count, { ...options, epsilon: 2 * sigma ** 2 });
    return Int32Array.from(uniform(key, count), (u, i) => indexAt(plan.subarray(i * count, (i + 1) * count), u));
  };
}

/** The index at which the sum of probabilities passes `u`. */
function indexAt(probabilities: Float64Array, u: number): number {
  let left = u;
  const index = probabilities.findIndex((probability) => {
    left -= probability;
    return left < 0;
  });
  // rounding may leave the sum below u
  return index < 0 ? probabilities.findLastIndex((probability) => probability > 0) : index;
}
