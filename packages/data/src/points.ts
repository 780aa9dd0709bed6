/** Distributions of points, drawn from keys: the toys on which a sampler can be seen to be right. */
import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import type { Key } from '@tweedie/core';
import type { BatchOptions } from './batches.js';
import { checkSize } from './shuffle.js';

/** A distribution over points of the plane, or of a space of more dimensions. */
export interface PointSource {
  readonly dimensions: number;
  /** Points `first … first + count − 1` of the key's sequence, row after row. Point i depends on the key and i alone. */
  points(key: Key, count: number, first?: number): Float64Array;
}

/** Points as a fresh tensor `[count, dimensions]`. */
export function pointTensor(source: PointSource, key: Key, count: number, first = 0): Tensor2D {
  return tensor2d(Float32Array.from(source.points(key, count, first)), [count, source.dimensions], 'float32');
}

/**
 * Fresh points for ever, `[size, dimensions]` per batch; batch k has points k·size to (k + 1)·size − 1. What is pulled belongs to
 * the caller.
 * @throws RangeError (`size-not-positive`)
 */
export function* pointBatches(source: PointSource, options: BatchOptions): Generator<Tensor2D, never> {
  const { size, key, from = 0 } = options;
  checkSize('size', size);
  for (let k = from; ; k++) yield pointTensor(source, key, size, k * size);
}
