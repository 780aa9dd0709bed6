/** What tests of whole networks share. */
import { add, mul, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { key, type Network, normal } from '@tweedie/core';

/** A network with all its parameters moved: what starts as zero or one would hide mistakes. */
export function moved<C>(network: Network<C>): Network<C> {
  for (const [i, parameter] of [...network.parameters.values()].entries())
    tidy(() => parameter.assign(add(parameter, mul(normal(key(i), parameter.shape), 0.1))));
  return network;
}

/** Labels that differ, the one of no class among them. */
export const labels = (count: number, classes: number): Tensor =>
  tensor1d(
    Array.from({ length: count }, (_, i) => (3 * i) % (classes + 1)),
    'int32',
  );

/** The largest size, or difference. */
export function largest(values: ArrayLike<number>, other?: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) found = Math.max(found, Math.abs((values[i] ?? Number.NaN) - (other?.[i] ?? 0)));
  return found;
}
