/** tfjs's `customGrad` with types, and with the gradient's temporaries freed at once rather than at the end of the backward pass. */
import { customGrad, type Tensor, tidy } from '@tensorflow/tfjs-core';

interface Forward<Saved extends readonly Tensor[]> {
  readonly value: Tensor;
  /** What the gradient needs; tfjs keeps copies while a gradient is being taken. */
  readonly saved: Saved;
}

/**
 * A differentiable operation.
 * @param inputs the tensors to differentiate by
 * @param forward computes the value, off the tape
 * @param gradient from the derivative by the value to those by `inputs`, in their order
 */
export function withGradient<Saved extends readonly Tensor[]>(
  inputs: readonly Tensor[],
  forward: () => Forward<Saved>,
  gradient: (dy: Tensor, saved: Saved) => Tensor[],
): Tensor {
  return customGrad((...parts) => {
    const { value, saved } = forward();
    const save = parts.at(-1);
    if (typeof save === 'function') save([...saved]);
    // tfjs hands back copies of what was saved, in order
    return { value, gradFunc: (dy: Tensor, copies: Tensor[]) => tidy(() => gradient(dy, copies as readonly Tensor[] as Saved)) };
  })(...inputs);
}
