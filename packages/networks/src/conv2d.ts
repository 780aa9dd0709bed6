/** A convolutional layer. Parameters `weight` [size, size, inputs, outputs] and `bias` [outputs]. */
import { convolve } from './convolve.js';
import { uniformStart } from './initializers.js';
import type { Layer, OutputOptions } from './layer.js';
import type { Scope } from './scope.js';

/** How {@link conv2d} convolves. */
export interface Conv2dOptions extends OutputOptions {
  /** Height and width of the filter. Default 3. */
  readonly size?: number;
  /** Default 1. */
  readonly stride?: number;
}

/** A convolution of images, `[batch, height, width, inputs]` to `[batch, height/stride, width/stride, outputs]`. */
export function conv2d(scope: Scope, inputs: number, outputs: number, options: Conv2dOptions = {}): Layer {
  const { size = 3, stride = 1, start = uniformStart } = options;
  const initial = start(size * size * inputs);
  const weight = scope.parameter('weight', [size, size, inputs, outputs], initial.weight);
  const bias = scope.parameter('bias', [outputs], initial.bias);
  return (x) => convolve(x, weight, bias, stride);
}
