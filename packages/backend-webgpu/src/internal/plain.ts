/** The tensors that kernels see. */
import { type TensorInfo, util } from '@tensorflow/tfjs-core';

/** Whether all tensors are float32 and none is empty: the only case that our kernels handle. */
export function plain(...tensors: readonly (TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || (tensor.dtype === 'float32' && size(tensor) > 0));
}

/** Number of elements. */
export function size(tensor: TensorInfo): number {
  return util.sizeFromShape(tensor.shape);
}
