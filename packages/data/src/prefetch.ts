/** Pulling ahead of the consumer, so that loading overlaps with computing. */
import { Tensor } from '@tensorflow/tfjs-core';
import { checkSize } from './shuffle.js';

/**
 * The same items in the same order, with up to `count` being loaded ahead. When the consumer stops early, the tensors in items
 * that were pulled and never consumed are freed, and the source is closed.
 * @throws RangeError (`size-not-positive`) unless `count` is a positive integer; what the source throws, when its turn comes
 */
export async function* prefetch<Item>(source: AsyncIterable<Item>, count: number): AsyncGenerator<Item, void> {
  checkSize('count', count);
  const iterator = source[Symbol.asyncIterator]();
  const ahead: Promise<IteratorResult<Item>>[] = [];
  const pull = () => {
    const next = iterator.next();
    next.catch(() => undefined); // reported when its turn comes
    ahead.push(next);
  };
  try {
    for (let i = 0; i < count; i++) pull();
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
      const result = await next;
      if (result.done === true) return;
      pull();
      yield result.value;
    }
  } finally {
    for (const result of await Promise.allSettled(ahead))
      if (result.status === 'fulfilled' && result.value.done !== true) free(result.value.value);
    await iterator.return?.();
  }
}

function free(item: unknown): void {
  if (item instanceof Tensor) item.dispose();
  else if (typeof item === 'object' && item !== null && !ArrayBuffer.isView(item))
    for (const part of Object.values(item)) free(part);
}
