/** Doubles height and width: every pixel four times, then a 3×3 convolution. Parameters of {@link conv2d}. */
import { tidy } from '@tensorflow/tfjs-core';
import { conv2d } from './conv2d.js';
import type { Layer, OutputOptions } from './layer.js';
import type { Scope } from './scope.js';
import { upsampleNearest } from './upsample-nearest.js';

/** `[batch, height, width, inputs]` to `[batch, 2·height, 2·width, outputs]`. */
export function upsample(scope: Scope, inputs: number, outputs: number = inputs, options: OutputOptions = {}): Layer {
  const conv = conv2d(scope, inputs, outputs, options);
  return (x) => tidy(() => conv(upsampleNearest(x)));
}
