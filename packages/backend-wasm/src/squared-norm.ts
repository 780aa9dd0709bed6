/** `SquaredNorm`: what clipping by the global norm adds up. */
import { address, type Kernel, kernel, output, plain, size } from './internal/kernel.js';

/** Input `x`; gives the scalar `Σ x²`. */
export const squaredNorm: Kernel = kernel('SquaredNorm', ({ inputs: { x }, backend }, module) => {
  if (!x || !plain(x)) return undefined;
  const sum = module.squaredNorm(address(backend, x), size(x));
  const out = output(backend, []);
  backend.typedArrayFromHeap(out)[0] = sum;
  return out;
});
