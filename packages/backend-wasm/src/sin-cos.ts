/** `Sin` and `Cos` to 2e-7, as sinusoidal embeddings use them. tfjs's takes one number at a time. */
import { address, type Call, drop, type Kernel, kernel, output, plain, size } from './internal/kernel.js';
import type { Module } from './internal/module.js';

function elementwise({ inputs: { x }, backend }: Call<unknown>, module: Module, name: 'sin' | 'cos') {
  if (!x || !plain(x)) return undefined;
  const y = output(backend, x.shape);
  if (module[name](address(backend, x), address(backend, y), size(x)) !== 0) return y;
  drop(backend, y);
  return undefined;
}

/** Input `x`; gives `sin x`. Where some of `x` is beyond ±8192, infinite or NaN, all of it is left to tfjs. */
export const sin: Kernel = kernel('Sin', (call, module) => elementwise(call, module, 'sin'));

/** As {@link sin}, `cos x`. */
export const cos: Kernel = kernel('Cos', (call, module) => elementwise(call, module, 'cos'));
