/**
 * The straight line from data to source, in a tube of constant width:
 *
 *     x_t = (1 − t)·x0 + t·x1 + σ·z,    velocity x1 − x0
 *
 * Liu et al. 2022 (arXiv 2209.03003) with σ = 0, the rectified flow; Tong et al. 2023 (arXiv 2302.00482), eq. 14–15, in general.
 * Time runs from data to source, against the papers.
 */
import { nonNegative } from '../internal/checks.js';
import type { FlowPath } from './flow-path.js';

/**
 * The straight path. Its velocity from a standard normal source is what `velocity()` of `@tweedie/parameterizations` predicts.
 * @param options.sigma width of the tube, not negative. Default 0
 * @throws RangeError (`sigma-negative`)
 */
export function straightPath(options: { readonly sigma?: number } = {}): FlowPath {
  const { sigma = 0 } = options;
  nonNegative({ sigma });
  return (t) => ({ value: [1 - t, t, sigma], rate: [-1, 1, 0] });
}
