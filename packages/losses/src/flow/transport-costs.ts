/** Squared distances between all data and all sources of a batch, `c(i, j) = |x0_i − x1_j|²`: the costs of optimal transport. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Unpaired } from './coupling.js';

/** What the couplings by optimal transport share. */
export interface TransportOptions<Condition = unknown> {
  /**
   * The class of each datum, `[batch]`, from the condition; borrowed. Pairs are then made within classes only. Without it the
   * source comes to depend on the condition, which sampling from the whole source contradicts: Cheng & Schwing 2025 (arXiv
   * 2503.10636).
   */
  readonly within?: (condition: Condition) => Tensor;
}

/**
 * The costs of pairing each datum with each source, `[count × count]` by rows of data.
 * @param data `count` vectors, one after the other
 * @param source as many, of the same length
 */
export function squaredDistances(data: ArrayLike<number>, source: ArrayLike<number>, count: number): Float64Array {
  const size = data.length / count;
  const costs = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += ((data[i * size + k] ?? 0) - (source[j * size + k] ?? 0)) ** 2;
      costs[i * count + j] = sum;
    }
  return costs;
}

/** Reads a batch back for its costs, +Infinity across classes. */
export async function transportCosts<Condition>(
  { data, source, condition }: Unpaired<Condition>,
  { within }: TransportOptions<Condition>,
): Promise<Float64Array> {
  const [count = 0] = data.shape;
  const [rows, columns, classes] = await Promise.all([data.data(), source.data(), within?.(condition).data()]);
  const costs = squaredDistances(rows, columns, count);
  if (classes === undefined) return costs;
  return costs.map((cost, at) => (classes[Math.floor(at / count)] === classes[at % count] ? cost : Number.POSITIVE_INFINITY));
}
