/**
 * A learned image for each class, added to the activations: tells a network not only what to draw but where, at the cost of an addition.
 * Parameter `weight` [entries, height·width·channels], first zero.
 */
import { add, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { classEmbedding } from './class-embedding.js';
import { zeros } from './initializers.js';
import type { Scope } from './scope.js';

/** Adds the map of each sample's class to `x` [batch, height, width, channels]; `labels` as in {@link classEmbedding}. */
export function classMap(
  scope: Scope,
  entries: number,
  shape: readonly [height: number, width: number, channels: number],
): (x: Tensor, labels: Tensor) => Tensor {
  const [height, width, channels] = shape;
  const table = classEmbedding(scope, entries, height * width * channels, zeros);
  return (x, labels) => tidy(() => add(x, reshape(table(labels), [-1, height, width, channels])));
}
