/**
 * Probes for a trace: `tr J = E[pᵀJp]` for any `p` with `E[ppᵀ] = I`. Hutchinson 1990; for densities Grathwohl et al. 2019 (arXiv
 * 1810.01367). Signs have the least variance of all independent entries: it comes from the off-diagonal part of `J` alone.
 */
import { foldIn, invalid, type Key, normals, signs } from '@tweedie/core';

/** Probes for a batch, each flat and of its size; the trace is estimated by their mean. */
export type Probes = (examples: number, dimensions: number) => readonly Float64Array[];

/** Options of random probes. */
export interface RandomProbes {
  readonly key: Key;
  /** How many, a positive integer; 1 by default. The variance falls by it. */
  readonly count?: number;
  /** Index of the batch's first example, default 0: a data set cut into batches draws the same. */
  readonly first?: number;
}

/**
 * Random signs.
 * @throws RangeError (`count-not-positive`)
 */
export function rademacher(options: RandomProbes): Probes {
  return random(options, signs);
}

/**
 * Standard normals.
 * @throws RangeError (`count-not-positive`)
 */
export function gaussian(options: RandomProbes): Probes {
  return random(options, normals);
}

/** One probe for each dimension: the trace itself, for data of few dimensions. */
export function everyAxis(): Probes {
  return (examples, dimensions) =>
    Array.from({ length: dimensions }, (_, axis) =>
      new Float64Array(examples * dimensions).map((_, i) => (i % dimensions === axis ? Math.sqrt(dimensions) : 0)),
    );
}

function random(
  { key, count = 1, first = 0 }: RandomProbes,
  draw: (key: Key, count: number, first: number) => Float32Array,
): Probes {
  if (!Number.isInteger(count) || count < 1)
    throw invalid('count-not-positive', `\`count\` must be a positive integer, got ${count}`);
  return (examples, dimensions) =>
    Array.from({ length: count }, (_, i) => Float64Array.from(draw(foldIn(key, i), examples * dimensions, first * dimensions)));
}
