/** `Concat` along any axis. tfjs's makes a view for each row of each tensor. */
import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { address, type Kernel, kernel, output, size } from './internal/kernel.js';

/** Inputs numbered from 0, float32 or int32; attribute `axis`. */
export const concat: Kernel = kernel<{ readonly axis: number }>('Concat', ({ inputs, attributes, backend }, module) => {
  const tensors: readonly TensorInfo[] = Object.values(inputs);
  const [first] = tensors;
  if (!first || (first.dtype !== 'float32' && first.dtype !== 'int32')) return undefined;
  const { dtype } = first;
  if (tensors.some((tensor) => tensor.dtype !== dtype || size(tensor) === 0)) return undefined;
  const [axis = 0] = util.parseAxisParam(attributes.axis, first.shape);
  const shapes = tensors.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, axis);
  const out = output(backend, backend_util.computeOutShape(shapes, axis), dtype);
  const rows = util.sizeFromShape(first.shape.slice(0, axis));
  const stride = 4 * util.sizeFromShape(out.shape.slice(axis));
  let target = address(backend, out);
  for (const tensor of tensors) {
    const bytes = 4 * util.sizeFromShape(tensor.shape.slice(axis));
    module.copyRows(address(backend, tensor), target, rows, bytes, bytes, stride);
    target += bytes;
  }
  return out;
});
