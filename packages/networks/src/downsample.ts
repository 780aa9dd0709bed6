/** Halves height and width by a 3×3 convolution with stride 2. Parameters of {@link conv2d}. */
import { conv2d } from './conv2d.js';
import type { Layer, OutputOptions } from './layer.js';
import type { Scope } from './scope.js';

/** `[batch, height, width, inputs]` to `[batch, height/2, width/2, outputs]`, lengths rounded up; padded by one pixel on each side. */
export function downsample(scope: Scope, inputs: number, outputs: number = inputs, options: OutputOptions = {}): Layer {
  return conv2d(scope, inputs, outputs, { ...options, stride: 2 });
}
