/**
 * The second network of a Schrödinger bridge, which turns its flow into a diffusion. It predicts `½σ²·∇ln p_t`, by denoising
 * score matching along the noise of the path,
 *
 *     ⟨(λ(t)·F + z)²⟩,    λ(t) = 2γ(t)/σ²
 *
 * With the flow u, `dx = (u + F) dt + σ dw` runs from data to source, and `dx = (u − F) dt + σ dw` against time from source to
 * data. Tong et al. 2023 (arXiv 2307.03672).
 */
import { positive } from '../internal/checks.js';
import type { FlowTarget } from './flow-target.js';

/** Keeps λ finite for a path without noise; torchcfm's. */
const GUARD = 1e-8;

/**
 * The factor λ on a predicted `½σ²·∇ln p_t`.
 * @param deviation of the path's noise at some time, γ
 * @param sigma the diffusion of the bridge
 */
export function scoreGain(deviation: number, sigma: number): number {
  return (2 * deviation) / (sigma ** 2 + GUARD);
}

/**
 * A target for `flowMatching`: the score of the path, as the correction to the drift. A second objective with this target,
 * over the same path, coupling and keys as that of the flow, sees the same points.
 * @param options.sigma the diffusion, that of the path; positive. Default 1
 * @throws RangeError (`sigma-not-positive`)
 */
export function bridgeScore(options: { readonly sigma?: number } = {}): FlowTarget {
  const { sigma = 1 } = options;
  positive({ sigma });
  return ({ value }) => ({ gain: scoreGain(value[2], sigma), coefficients: [0, 0, -1] });
}
