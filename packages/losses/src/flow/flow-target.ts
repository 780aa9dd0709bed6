/**
 * What a network learns along a path: its output times `gain` is trained towards a combination of data, source and noise. By
 * default the velocity, `dx_t/dt`, whose mean given `x_t` is the marginal flow. Lipman et al. 2022 (arXiv 2210.02747), theorem 2.
 */
import type { PathCoefficients, PathPoint } from './flow-path.js';

/** What `gain · output` is trained towards at a point of a path. */
export interface FlowTargetPoint {
  readonly gain: number;
  readonly coefficients: PathCoefficients;
}
export type FlowTarget = (point: PathPoint) => FlowTargetPoint;

/** The velocity in the direction of time: from data to source. */
export function flowVelocity(): FlowTarget {
  return ({ rate }) => ({ gain: 1, coefficients: rate });
}
