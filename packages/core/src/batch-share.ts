/** Cutting a batch along its first axis, to be worked on in several places. */
import { slice } from '@tensorflow/tfjs-core';
import { mapTensors } from './tree.js';

/** The samples from `begin` to before `end`. */
export interface BatchShare {
  readonly begin: number;
  readonly end: number;
}

/** Share `index` of a batch in equal parts, the first ones larger by one where it does not divide; empty where there are more parts than samples. */
export function batchShare(batch: number, parts: number, index: number): BatchShare {
  const boundary = (i: number): number => i * Math.floor(batch / parts) + Math.min(i, batch % parts);
  return { begin: boundary(index), end: boundary(index + 1) };
}

/** A share of every tensor of a tree, fresh slices; scalars, which belong to all samples, stay the same tensors. */
export function sliceBatch<Tree>(tree: Tree, { begin, end }: BatchShare): Tree {
  return mapTensors(tree, (tensor) => (tensor.rank === 0 ? tensor : slice(tensor, begin, end - begin)));
}
