/** Kernels that tfjs does not have, and that a backend may offer under an agreed name. */
import { engine, getBackend, getKernel, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The outputs of kernel `name` on the present backend. Undefined if that backend has no such kernel, or if what runs is to be
 * differentiated, as a gradient within a gradient is: such a kernel has no derivative of its own.
 */
export function customKernel(name: string, inputs: NamedTensorMap, attributes: NamedAttrMap = {}): readonly Tensor[] | undefined {
  const { gradientDepth, kernelDepth } = engine().state;
  const taped = gradientDepth > 0 && kernelDepth === 0;
  if (taped || getKernel(name, getBackend()) == null) return undefined;
  const outputs: Tensor | Tensor[] = engine().runKernel(name, inputs, attributes);
  return Array.isArray(outputs) ? outputs : [outputs];
}
