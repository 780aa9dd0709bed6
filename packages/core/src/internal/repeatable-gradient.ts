/**
 * Gradients that can be differentiated again. An operation whose gradient is a function of its own *output*, as
 * d eˣ = eˣ·dx, saves a copy of the output that is on no tape: a second derivative takes it for a constant, and is silently wrong. Inside
 * a nested gradient such an operation saves its inputs too, and its gradient computes the output anew, on the tape.
 *
 * At first order nothing changes, neither what runs nor what is saved: tfjs tells by the depth of gradients.
 */
import { Elu, Exp, engine, type GradConfig, Pow, Sigmoid, Softmax, Tanh, type Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../error.js';

/** A gradient that is right when it is differentiated again. */
export interface RepeatableGradient extends GradConfig {
  readonly repeatable: true;
}

/** The kernels whose gradient reads their output, and the names of their inputs in order. */
export const readingOutput: ReadonlyMap<string, readonly string[]> = new Map([
  [Elu, ['x']],
  [Exp, ['x']],
  [Pow, ['a', 'b']],
  [Sigmoid, ['x']],
  [Softmax, ['logits']],
  [Tanh, ['x']],
]);

/** `config` as it was at first order, and right beyond. */
export function repeatable(config: GradConfig, inputNames: readonly string[]): RepeatableGradient {
  const { kernelName, gradFunc, inputsToSave = [] } = config;
  const used = inputsToSave.length; // the first of the names
  return {
    ...config,
    repeatable: true,
    get inputsToSave() {
      return engine().state.gradientDepth > 1 ? [...inputNames] : inputsToSave;
    },
    gradFunc: (dy, saved, attributes) => {
      const inputs = saved.slice(0, -1);
      if (engine().state.gradientDepth === 0) return gradFunc(dy, [...inputs.slice(0, used), ...saved.slice(-1)], attributes);
      const named = Object.fromEntries(inputs.map((input, i) => [inputNames[i] ?? '', input]));
      if (inputs.length < inputNames.length)
        throw invalid(
          'second-order-outside',
          `a gradient within a gradient must contain its function: \`${kernelName}\` was called outside the inner one`,
          Error,
        );
      return gradFunc(dy, [...inputs.slice(0, used), engine().runKernel<Tensor>(kernelName, named, attributes)], attributes);
    },
  };
}
