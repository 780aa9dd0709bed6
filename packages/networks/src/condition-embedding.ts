/**
 * What a network is told besides the noise level: a class, a vector, or both, by an embedding of each: a row of a table, and
 * `vector·weight + bias`.
 *
 * "None" is index `classes` of the labels, and the vector of zeros: one that may be zero and mean it needs one more element, always 1.
 * Classes as in Dhariwal & Nichol 2021 (arXiv 2105.05233); vectors, and zeros for "none", as in Ramesh et al. 2022
 * (arXiv 2204.06125), section 2.1. Parameters `class.weight`, and `vector` with `weight` and `bias`.
 */
import { fill, Tensor, zeros } from '@tensorflow/tfjs-core';
import { classEmbedding } from './class-embedding.js';
import { linear } from './linear.js';
import type { Scope } from './scope.js';

/** Which conditions there are. */
export interface ConditionSizes {
  /** Number of classes: labels are int32 from 0, and index `classes` means "none". Default 0: no labels. */
  readonly classes?: number;
  /** Length of a vector; zeros mean "none". Default 0: no vector. */
  readonly vector?: number;
}

/** A label `[batch]` and a vector `[batch, length]` for each sample. */
export interface LabelAndVector {
  readonly label: Tensor;
  readonly vector: Tensor;
}

/** The condition of a network with so many classes and a vector of that length: a tensor if there is one of them, both by name, or nothing. */
export type ConditionOf<Classes extends number, Length extends number> = [Length] extends [0]
  ? [Classes] extends [0]
    ? undefined
    : Tensor
  : [Classes] extends [0]
    ? Tensor
    : number extends Classes & Length
      ? Tensor | LabelAndVector | undefined
      : LabelAndVector;

/** Any condition; what is left out is "none". */
export type AnyCondition = Tensor | Partial<LabelAndVector> | undefined;

/** Label and vector of a condition for `batch` samples, "none" where left out; undefined where the network has none of the kind. */
export function labelAndVector(condition: AnyCondition, batch: number, sizes: ConditionSizes): Partial<LabelAndVector> {
  const { classes = 0, vector: length = 0 } = sizes;
  const named = condition instanceof Tensor ? { [classes > 0 ? 'label' : 'vector']: condition } : (condition ?? {});
  return {
    ...(classes > 0 && { label: named.label ?? fill([batch], classes, 'int32') }),
    ...(length > 0 && { vector: named.vector ?? zeros([batch, length]) }),
  };
}

/** Embeddings of conditions, `[batch, width]`, one for each kind that there is; call within `tidy`. */
export function conditionEmbedding(
  scope: Scope,
  width: number,
  sizes: ConditionSizes,
): (condition: AnyCondition, batch: number) => readonly Tensor[] {
  const { classes = 0, vector: length = 0 } = sizes;
  const table = classes > 0 ? classEmbedding(scope.child('class'), classes + 1, width) : undefined;
  const projection = length > 0 ? linear(scope.child('vector'), length, width) : undefined;
  return (condition, batch) => {
    const { label, vector } = labelAndVector(condition, batch, sizes);
    return [...(label && table ? [table(label)] : []), ...(vector && projection ? [projection(vector)] : [])];
  };
}
