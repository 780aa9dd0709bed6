import { errorOf, type StepControl, type StepResult } from '@tweedie/core';
import { combinePlain } from '../combine-plain.js';

/** What core measures on tensors, on plain numbers: the error of a step in units of the tolerance, and the lower of its two estimates. */
export function stepErrorPlain(
  result: StepResult<Float64Array>,
  last: Float64Array,
  { absolute, relative, norm }: StepControl,
  rows: number,
): { readonly error: number; readonly lower: Float64Array } {
  const error = errorOf(result);
  const lower = combinePlain([1, result.estimate ?? result.x], [-1, error]);
  const squares = error.map((value, i) => {
    const size = Math.max(Math.abs(lower[i] ?? 0), Math.abs(last[i] ?? 0));
    return (value / Math.max(absolute, relative * size)) ** 2;
  });
  const length = squares.length / (norm === 'batch' ? 1 : rows);
  const means: number[] = [];
  for (let start = 0; start < squares.length; start += length)
    means.push(squares.subarray(start, start + length).reduce((sum, square) => sum + square, 0) / length);
  return { error: Math.sqrt(Math.max(...means)), lower };
}
