/** Orders of examples that are pure functions of a key, so that a run can resume anywhere without a stored state. */
import { bits, foldIn, invalid, type Key } from '@tweedie/core';

/**
 * A random permutation of `0 … size − 1`, by the shuffle of Fisher & Yates. The bias of drawing from 32 bits is below size/2³².
 * @throws RangeError (`size-not-positive`) unless `size` is a positive integer
 */
export function permutation(key: Key, size: number): Uint32Array {
  checkSize('size', size);
  const order = Uint32Array.from({ length: size }, (_, i) => i);
  const words = bits(key, size);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(((words[i] ?? 0) / 2 ** 32) * (i + 1));
    const held = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = held;
  }
  return order;
}

/**
 * The endless sequence of epochs, each a fresh permutation (of `foldIn(key, epoch)`) of all examples. `slice(first, count)` of
 * it is a pure function: a batch that reaches over the end of an epoch goes on in the next.
 * @throws as {@link permutation}
 */
export function epochs(key: Key, size: number): (first: number, count: number) => Uint32Array {
  checkSize('size', size);
  let held: { readonly epoch: number; readonly order: Uint32Array } | undefined;
  const orderOf = (epoch: number): Uint32Array => {
    if (held?.epoch !== epoch) held = { epoch, order: permutation(foldIn(key, epoch), size) };
    return held.order;
  };
  return (first, count) =>
    Uint32Array.from({ length: count }, (_, i) => {
      const position = first + i;
      return orderOf(Math.floor(position / size))[position % size] ?? 0;
    });
}

/** @internal */
export function checkSize(name: string, size: number): void {
  if (!Number.isSafeInteger(size) || size < 1)
    throw invalid('size-not-positive', `\`${name}\` must be a positive integer, got ${size}`);
}
