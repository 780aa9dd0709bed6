import { abs, div, max, maximum, mean, mul, type Scalar, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import type { StepControl, StepResult } from '../contracts.js';
import { errorOf } from '../course.js';

/**
 * The error of a step in units of a control's tolerance, and the lower of its two estimates; to be called in a `tidy`.
 * @param last the lower estimate of the last accepted step, or `x` before the first
 */
export function stepError(
  result: StepResult,
  last: Tensor,
  { absolute, relative, norm }: StepControl,
): { readonly error: Scalar; readonly lower: Tensor } {
  const error = errorOf(result);
  const lower = sub(result.estimate ?? result.x, error);
  const size = maximum(abs(lower), abs(last));
  const squares = square(div(error, maximum(mul(size, relative), absolute)));
  const others = Array.from({ length: squares.rank - 1 }, (_, axis) => axis + 1);
  return { error: sqrt(norm === 'batch' ? mean(squares) : max(mean<Tensor>(squares, others))), lower };
}
