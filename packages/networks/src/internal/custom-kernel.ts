/** Kernels that tfjs does not have, and that a backend may offer under an agreed name. */
import { engine, getBackend, getKernel, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

/** The outputs of kernel `name` on the present backend, or undefined if that backend has no such kernel. */
export function customKernel(name: string, inputs: NamedTensorMap, attributes: NamedAttrMap = {}): readonly Tensor[] | undefined {
  if (getKernel(name, getBackend()) == null) return undefined;
  const outputs: Tensor | Tensor[] = engine().runKernel(name, inputs, attributes);
  return Array.isArray(outputs) ? outputs : [outputs];
}
