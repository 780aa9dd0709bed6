/** Sums over the rows of a matrix: threads side by side read side by side, and long columns are cut into pieces that are summed at once. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { perElement, runPerElement } from './elementwise.js';
import { size } from './plain.js';
import type { GpuBackend } from './shader.js';

/** Each row of the result is the sum of `count` rows of `x`, of which it has the columns from `offset`. */
const shader = perElement(
  'columnSums',
  ['x'],
  `let first = index / uniforms.columns * uniforms.count;
  var at = first * uniforms.width + uniforms.offset + index % uniforms.columns;
  var value = 0.0;
  for (var row = first; row < min(first + uniforms.count, uniforms.rows); row++) {
    value += x[at];
    at += uniforms.width;
  }
  value *= uniforms.factor;`,
  { integers: ['columns', 'count', 'width', 'offset', 'rows'], floats: ['factor'] },
);

/** How {@link columnSums} sees `x`. */
export interface Columns {
  /** Columns that `x` has. */
  readonly width: number;
  /** The first column to be summed, and how many; default all. */
  readonly offset?: number;
  readonly columns?: number;
  /** Rows to be summed into one; default all. */
  readonly count?: number;
  /** Factor on the sums; default 1. */
  readonly factor?: number;
}

/** Rows that one thread sums in a first pass, if a second one follows. */
const piece = 64;

/** Sums rows of a matrix into a fresh tensor of the given shape. */
export function columnSums(backend: GpuBackend, x: TensorInfo, shape: readonly number[], options: Columns): TensorInfo {
  const { width, offset = 0, columns = width, factor = 1 } = options;
  const rows = size(x) / width;
  const { count = rows } = options;
  const run = (input: TensorInfo, shape: readonly number[], values: object) =>
    runPerElement(backend, shader, shape, { x: input }, { columns, width, offset, rows, factor, ...values });
  if (count !== rows || rows <= 4 * piece) return run(x, shape, { count });
  const pieces = run(x, [Math.ceil(rows / piece), columns], { count: piece, factor: 1 });
  const sums = columnSums(backend, pieces, shape, { width: columns, factor });
  backend.disposeData(pieces.dataId);
  return sums;
}
