/**
 * The quarter circle from data to source, on which the variance stays 1 if both have variance 1 and are independent:
 *
 *     x_t = cos(πt/2)·x0 + sin(πt/2)·x1 + σ·z,    velocity ½π·(cos(πt/2)·x1 − sin(πt/2)·x0)
 *
 * Albergo & Vanden-Eijnden 2022 (arXiv 2209.15571), eq. 5, with time from data to source, against the paper.
 */
import { nonNegative } from '../internal/checks.js';
import type { FlowPath } from './flow-path.js';

/**
 * The variance preserving path.
 * @param options.sigma width of a tube around it, not negative. Default 0
 * @throws RangeError (`sigma-negative`)
 */
export function trigonometricPath(options: { readonly sigma?: number } = {}): FlowPath {
  const { sigma = 0 } = options;
  nonNegative({ sigma });
  const turn = Math.PI / 2;
  return (t) => {
    const [cosine, sine] = [Math.cos(turn * t), Math.sin(turn * t)];
    return { value: [cosine, sine, sigma], rate: [-turn * sine, turn * cosine, 0] };
  };
}
