/**
 * The derivative of `y = z·s`, `s = sigmoid(z)`, times `dy`:
 *
 *     dy·s·(1 + z − y)
 *
 * which is `s + y·(1 − s)` with one factor less to compute, and `y` is there from the way forward.
 */
import type { Emitter } from './emitter.js';
import { type Named, onePlusDifference } from './multiply-add.js';

/** @param dy of the dimensions of `z` */
export function siluGradient(emitter: Emitter, z: Named, dy: string): Named {
  const slope = onePlusDifference(emitter, z, emitter.silu(z.name));
  const scaled = emitter.node('Mul', [dy, emitter.node('Sigmoid', [z.name])]);
  return { name: emitter.node('Mul', [emitter.reshape(scaled, z.dims, slope.dims), slope.name]), dims: slope.dims };
}
