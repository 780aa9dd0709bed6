/** `SiLU` and `SiLUGrad`: `y = x·sigmoid(x)`. */
import { address, type Kernel, kernel, output, plain, size } from './internal/kernel.js';

/** Input `x`; gives `y`. */
export const silu: Kernel = kernel('SiLU', ({ inputs: { x }, backend }, module) => {
  if (!x || !plain(x)) return undefined;
  const y = output(backend, x.shape);
  module.silu(address(backend, x), address(backend, y), size(x));
  return y;
});

/** Inputs `x`, `dy`; gives `dx`. */
export const siluGrad: Kernel = kernel('SiLUGrad', ({ inputs: { x, dy }, backend }, module) => {
  if (!x || !dy || !plain(x, dy)) return undefined;
  const dx = output(backend, x.shape);
  module.siluGrad(address(backend, x), address(backend, dy), address(backend, dx), size(x));
  return dx;
});
