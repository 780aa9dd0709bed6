/**
 * A Brownian bridge between data and source, of diffusion σ:
 *
 *     x_t = (1 − t)·x0 + t·x1 + σ√(t(1 − t))·z,    velocity x1 − x0 + (1 − 2t)/(2t(1 − t))·σ√(t(1 − t))·z
 *
 * Over the pairs of `entropicTransport` it is a Schrödinger bridge. Tong et al. 2023 (arXiv 2307.03672), with time
 * from data to source, against the paper.
 */
import { nonNegative } from '../internal/checks.js';
import type { FlowPath } from './flow-path.js';

/** Of a {@link brownianBridge}. */
export interface BrownianBridgeOptions {
  /** Diffusion of the process, not negative. Default 1. */
  readonly sigma?: number;
  /**
   * Added to `2t(1 − t)` where the velocity divides by it, so that it stays finite at both ends; the exact velocity is infinite
   * there. Default 1e-8, as in torchcfm.
   */
  readonly guard?: number;
}

/**
 * The path of Schrödinger bridges.
 * @throws RangeError (`sigma-negative`, `guard-negative`)
 */
export function brownianBridge(options: BrownianBridgeOptions = {}): FlowPath {
  const { sigma = 1, guard = 1e-8 } = options;
  nonNegative({ sigma, guard });
  return (t) => {
    const spread = t * (1 - t);
    const deviation = sigma * Math.sqrt(spread);
    return { value: [1 - t, t, deviation], rate: [-1, 1, (deviation * (1 - 2 * t)) / (2 * spread + guard)] };
  };
}
