/**
 * Entropic optimal transport between uniform weights, `min Σ π·c + ε·KL(π | uniform)`: the plan is `exp((fᵢ + gⱼ − c(i, j))/ε)`,
 * and Sinkhorn's iteration finds the potentials by normalising rows and columns in turn. It begins at the prices of the best
 * assignment, so that its pairs keep weight however small ε is. Cuturi 2013 (arXiv 1306.0895); Peyré & Cuturi 2019 (arXiv
 * 1803.00567), chapter 4.
 */
import { positive } from '../internal/checks.js';
import { linearAssignment } from './linear-assignment.js';

/** Of {@link sinkhorn}. */
export interface SinkhornOptions {
  /** Strength of the entropy, in units of the cost; positive. */
  readonly epsilon: number;
  /** Largest deviation of a column's sum from 1. Default 1e-4. */
  readonly tolerance?: number;
  /** Largest number of iterations. Default 1000. */
  readonly iterations?: number;
}

/**
 * The plan as probabilities of columns given rows: rows sum to 1, and columns do within the tolerance.
 * @param costs `[count × count]` by rows; +Infinity forbids a pair
 * @throws RangeError (`epsilon-not-positive`), and as {@link linearAssignment} does
 */
export function sinkhorn(costs: ArrayLike<number>, count: number, options: SinkhornOptions): Float64Array {
  const { epsilon, tolerance = 1e-4, iterations = 1000 } = options;
  positive({ epsilon });
  const { rowPrices, columnPrices } = linearAssignment(costs, count);
  const plan = Float64Array.from(costs, (cost, at) =>
    Math.exp(((rowPrices[Math.floor(at / count)] ?? 0) + (columnPrices[at % count] ?? 0) - cost) / epsilon),
  );
  for (let done = 0; done < iterations; done++) {
    normalise(plan, count, count, 1);
    if (normalise(plan, count, 1, count) <= tolerance) break;
  }
  normalise(plan, count, count, 1);
  return plan;
}

/** Makes the lines of a square matrix sum to 1; gives the largest deviation from that before. */
function normalise(plan: Float64Array, count: number, line: number, stride: number): number {
  let deviation = 0;
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let j = 0; j < count; j++) sum += plan[i * line + j * stride] ?? 0;
    for (let j = 0; j < count; j++) plan[i * line + j * stride] = (plan[i * line + j * stride] ?? 0) / sum;
    deviation = Math.max(deviation, Math.abs(sum - 1));
  }
  return deviation;
}
