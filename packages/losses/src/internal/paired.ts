import { clone, gather, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import type { Pairing } from '../flow/coupling.js';

/** The source in the order of the data; fresh. */
export function paired(source: Tensor, pairing: Pairing): Tensor {
  if (pairing === undefined) return clone(source);
  const [count = 0] = source.shape;
  const order = Array.from(pairing);
  if (order.length !== count || order.some((j) => !(Number.isInteger(j) && j >= 0 && j < count)))
    throw invalid(
      'pairing-invalid',
      `a coupling must give ${count} indices of the source, from 0 on, got ${order.length}: ${order.slice(0, 8).join(', ')} …`,
    );
  return gather(source, tensor1d(order, 'int32'));
}
