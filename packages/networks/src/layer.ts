import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayerStart } from './initializers.js';

/** A function of tensors with parameters inside: borrows its input, gives a fresh result. */
export type Layer = (x: Tensor) => Tensor;

/** Options that linear and convolutional layers share. */
export interface OutputOptions {
  /** First values of weight and bias. Default `uniformStart`, PyTorch's. */
  readonly start?: LayerStart;
}
