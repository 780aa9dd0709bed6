/**
 * Times with a mode in the middle and a density that is positive up to both ends,
 *
 *     t = Q(p) = (1 + s)·p − s·sin²(πp/2),   π(t) = 1/Q'(p)
 *
 * Esser et al. 2024 (arXiv 2403.03206), section 3.1, with `p = 1 − u`. A positive scale favours the middle, a negative one the
 * ends; 0 is uniform.
 */
import { invalid } from '@tweedie/core';
import { root } from '../internal/root.js';
import type { TimeDensity } from './drawn.js';

/** The scale at which the density at t = ½ becomes infinite. */
const LIMIT = 2 / (Math.PI - 2);

/**
 * A density of time with a mode at ½, for `drawn` and for `fmOt`.
 * @param options.scale above −1 and below `2/(π − 2) ≈ 1.75`. Default 1.29
 * @throws RangeError (`scale-out-of-range`)
 */
export function mode(options: { readonly scale?: number } = {}): TimeDensity {
  const { scale = 1.29 } = options;
  if (!(-1 < scale && scale < LIMIT))
    throw invalid('scale-out-of-range', `\`scale\` must be above -1 and below 2/(π − 2), ${LIMIT}, got ${scale}`);
  const quantile = (p: number) => (1 + scale) * p - scale * Math.sin((Math.PI * p) / 2) ** 2;
  const slope = (p: number) => 1 + scale - ((scale * Math.PI) / 2) * Math.sin(Math.PI * p);
  return { quantile, density: (t) => 1 / slope(root((p) => quantile(p) - t, 0, 1)) };
}
