/** Tracing may happen while TensorFlow.js takes a gradient: at the first call of what is compiled, also on the way back. */
import { engine } from '@tensorflow/tfjs-core';
import { freeTape } from '@tweedie/core';

/**
 * Runs a function that may take gradients of its own as if none were being taken: they would be recorded on the tape there is, or
 * not at all, and end it. Frees the function's own tape if it fails.
 */
export function withoutTape<T>(run: () => T): T {
  const { state } = engine();
  const { activeTape, gradientDepth, kernelDepth } = state;
  Object.assign(state, { activeTape: [], gradientDepth: 0, kernelDepth: 0 });
  try {
    return run();
  } catch (error) {
    freeTape();
    throw error;
  } finally {
    Object.assign(state, { activeTape, gradientDepth, kernelDepth });
  }
}
