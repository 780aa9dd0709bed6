/** Kernels of this package that a backend may register to do in one pass what is otherwise composed of several operations. */
import { engine, getBackend, getKernel, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

/** The outputs of a kernel, or undefined if the present backend lacks it. */
export function fused(kernel: string, inputs: NamedTensorMap, attributes: NamedAttrMap): readonly Tensor[] | undefined {
  if (getKernel(kernel, getBackend()) == null) return undefined;
  const outputs: Tensor | Tensor[] = engine().runKernel(kernel, inputs, attributes);
  return Array.isArray(outputs) ? outputs : [outputs];
}
