/**
 * What a network is given and trained towards at points of paths: `x_t` and its target, combinations of data, source and noise.
 */
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { column, mixed } from '../internal/per-sample.js';
import type { PathCoefficients, PathPoint } from './flow-path.js';
import { type FlowTarget, flowVelocity } from './flow-target.js';

/** What paths join: tensors of one shape, `[batch, …]`. */
export interface FlowEnds {
  readonly data: Tensor;
  readonly source: Tensor;
  /** Standard normals; may lack where no point and no target has noise. */
  readonly noise?: Tensor;
}

/** Tensors of a batch, each with the batch as first axis. */
export interface FlowPoints {
  readonly x: Tensor;
  readonly target: Tensor;
  /** The factor on the network's output, `[batch, 1, …]`; absent if it is 1. */
  readonly gain?: Tensor;
}

/**
 * Points of paths and their targets; pure.
 * @param points one per sample
 * @param target default {@link flowVelocity}
 * @throws RangeError (`batch-mismatch`) if the shapes differ, or the number of points from the batch size; (`noise-missing`)
 */
export function flowInputs(points: readonly PathPoint[], ends: FlowEnds, target: FlowTarget = flowVelocity()): FlowPoints {
  const { data, source, noise } = ends;
  const shapes = [data, source, noise ?? data].map(({ shape }) => shape.join('×'));
  if (new Set(shapes).size > 1 || data.shape[0] !== points.length)
    throw invalid(
      'batch-mismatch',
      `data, source, noise and times must agree, got the shapes ${shapes.join(', ')} and ${points.length} times`,
    );
  const values = points.map(({ value }) => value);
  const targets = points.map(target);
  const aims = targets.map(({ coefficients }) => coefficients);
  if (noise === undefined && [...values, ...aims].some(([, , gamma]) => gamma !== 0))
    throw invalid('noise-missing', 'the path or the target has noise, but none was given');
  const combined = (all: readonly PathCoefficients[]): Tensor => {
    const scaled = (end: Tensor, k: 0 | 1 | 2) => [all.map((coefficients) => coefficients[k]), end] as const;
    return mixed(scaled(data, 0), scaled(source, 1), ...(noise === undefined ? [] : [scaled(noise, 2)]));
  };
  return tidy(() => ({
    x: combined(values),
    target: combined(aims),
    ...(targets.some(({ gain }) => gain !== 1)
      ? {
          gain: column(
            targets.map(({ gain }) => gain),
            data,
          ),
        }
      : {}),
  }));
}
