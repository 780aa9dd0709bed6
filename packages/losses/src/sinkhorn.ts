/**
 * Entropic optimal transport between uniform weights, `min Σ π·c + ε·KL(π | uniform)`: the plan is `exp(fᵢ + gⱼ − c(i, j)/ε)`,
 * with potentials that Sinkhorn's iteration finds by normalising rows and columns in turn. In logarithms, so that no ε
 * underflows. Cuturi 2013 (arXiv 1306.0895); Peyré & Cuturi 2019 (arXiv 1803.00567), section 4.4.
 */
import { invalid } from '@tweedie/core';

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
 * @throws RangeError (`epsilon-not-positive`)
 */
export function sinkhorn(costs: ArrayLike<number>, count: number, options: SinkhornOptions): Float64Array {
  const { epsilon, tolerance = 1e-4, iterations = 1000 } = options;
  if (!(epsilon > 0 && Number.isFinite(epsilon)))
    throw invalid('epsilon-not-positive', `\`epsilon\` must be positive and finite, got ${epsilon}`);
  const affinities = Float64Array.from(costs, (cost) => -cost / epsilon);
  const f = new Float64Array(count);
  const g = new Float64Array(count);
  /** Sets `to` so that the lines along `stride` sum to 1; gives the largest deviation from that before. */
  const normalise = (to: Float64Array, other: Float64Array, line: number, stride: number): number => {
    let deviation = 0;
    for (let i = 0; i < count; i++) {
      let top = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < count; j++) top = Math.max(top, (affinities[i * line + j * stride] ?? 0) + (other[j] ?? 0));
      let sum = 0;
      for (let j = 0; j < count; j++) sum += Math.exp((affinities[i * line + j * stride] ?? 0) + (other[j] ?? 0) - top);
      const next = -top - Math.log(sum);
      deviation = Math.max(deviation, Math.abs(Math.exp((to[i] ?? 0) - next) - 1));
      to[i] = next;
    }
    return deviation;
  };
  for (let done = 0; done < iterations; done++) {
    normalise(f, g, count, 1);
    if (normalise(g, f, 1, count) <= tolerance) break;
  }
  normalise(f, g, count, 1);
  return affinities.map((affinity, at) => Math.exp(affinity + (f[Math.floor(at / count)] ?? 0) + (g[at % count] ?? 0)));
}
