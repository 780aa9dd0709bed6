/**
 * The squared maximum mean discrepancy between two sets of feature vectors, without bias,
 *
 *     MMD² = Σ_{i≠j} k(x_i, x_j)/(n(n − 1)) + Σ_{i≠j} k(y_i, y_j)/(m(m − 1)) − 2·Σ_{ij} k(x_i, y_j)/(nm),    k(x, y) = (x·y/d + 1)³
 *
 * Bińkowski et al. 2018 (arXiv 1801.01401), section 4. It is 0 on average for two sets of one distribution, whatever their sizes, and so may
 * be negative. It is the mean over disjoint blocks of both sets, whose spread gives its standard error: Zaremba et al. 2013 (arXiv 1307.1954).
 */
import { invalid } from '@tweedie/core';
import { expectAlike, type FeatureRows, rowCount } from './feature-rows.js';
import type { Measured } from './jackknife.js';

/**
 * The distance between two sets, over blocks of neighbouring rows.
 * @param options.blocks number of blocks, at least 2; default 10
 * @throws RangeError (`blocks-too-few`), (`rows-too-few`) unless each block has two rows of each set, (`rows-uneven`), (`columns-differ`)
 */
export function kernelDistance(a: FeatureRows, b: FeatureRows, options: { readonly blocks?: number } = {}): Measured {
  const { blocks = 10 } = options;
  expectAlike(a, b);
  if (!Number.isSafeInteger(blocks) || blocks < 2)
    throw invalid('blocks-too-few', `\`blocks\` must be an integer, 2 or more, got ${blocks}`);
  const parts = [a, b].map((set) => ({ set, rows: rowCount(set, 2 * blocks) }));
  const estimates = Array.from({ length: blocks }, (_, block) => {
    const [x, y] = parts.map(({ set, rows }) => {
      const [from, to] = [block, block + 1].map((k) => Math.floor((k * rows) / blocks) * set.columns);
      return { values: set.values.subarray(from, to), columns: set.columns };
    });
    return x && y ? meanKernel(x, x) + meanKernel(y, y) - 2 * meanKernel(x, y) : Number.NaN;
  });
  const value = meanOf(estimates);
  const variance = meanOf(estimates.map((each) => (each - value) ** 2)) / (blocks - 1);
  return { value, standardError: Math.sqrt(variance) };
}

/** Over all pairs; within one set, over those of two different rows. */
function meanKernel(x: FeatureRows, y: FeatureRows): number {
  const { columns } = x;
  const [xs, ys] = [new Float64Array(x.values), new Float64Array(y.values)];
  let sum = 0;
  for (let i = 0; i < xs.length; i += columns)
    for (let j = 0; j < ys.length; j += columns) {
      if (x === y && i === j) continue;
      let product = 0;
      for (let k = 0; k < columns; k++) product += (xs[i + k] ?? 0) * (ys[j + k] ?? 0);
      sum += (product / columns + 1) ** 3;
    }
  const [n, m] = [xs.length / columns, ys.length / columns];
  return sum / (x === y ? n * (n - 1) : n * m);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
