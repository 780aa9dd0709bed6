import { type Tensor, tensor } from '@tensorflow/tfjs-core';

/**
 * What `draw` gives, as a tensor.
 * @param draw numbers of an infinite sequence, from element `first` on
 * @param shape `[batch, …]`; sample `i` takes the elements of sample `first + i`, whatever the batch size
 */
export function shaped(draw: (count: number, first: number) => Float32Array, shape: readonly number[], first: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const perSample = shape.length === 0 ? 1 : size / (shape[0] as number);
  return tensor(draw(size, first * perSample), [...shape], 'float32');
}
