/** `SquaredNorm`: what clipping by the global norm adds up. */
import { address, type Kernel, kernel, output, plain, size } from './internal/kernel.js';

/** Any number of inputs, under any names and of any shapes; gives the scalar `Σ x²` over all of them. */
export const squaredNorm: Kernel = kernel('SquaredNorm', ({ inputs, backend }, module) => {
  const tensors = Object.values(inputs);
  if (!plain(...tensors)) return undefined;
  const sum = tensors.reduce((total, x) => total + module.squaredNorm(address(backend, x), size(x)), 0);
  const out = output(backend, []);
  backend.typedArrayFromHeap(out)[0] = sum;
  return out;
});
