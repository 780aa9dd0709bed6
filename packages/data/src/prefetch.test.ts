import '@tensorflow/tfjs-backend-cpu';
import { memory, scalar, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { prefetch } from './prefetch.js';

beforeAll(() => setBackend('cpu'));

const later = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('prefetch', () => {
  test('keeps the order, and loads at most `count` ahead of the consumer', async () => {
    let loaded = 0;
    async function* source() {
      for (; loaded < 20; ) {
        await later();
        yield loaded++;
      }
    }
    const seen: number[] = [];
    for await (const item of prefetch(source(), 3)) {
      seen.push(item);
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(loaded - seen.length).toBeLessThanOrEqual(3);
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('stopping early frees what was loaded and not consumed, and closes the source', async () => {
    const before = memory().numTensors;
    let closed = false;
    async function* source(): AsyncGenerator<{ readonly pair: readonly Tensor[]; readonly bytes: Uint8Array }> {
      try {
        for (;;) {
          await later();
          yield { pair: [scalar(1), scalar(2)], bytes: new Uint8Array(2) };
        }
      } finally {
        closed = true;
      }
    }
    for await (const item of prefetch(source(), 4)) {
      for (const tensor of item.pair) tensor.dispose();
      break;
    }
    expect(memory().numTensors).toBe(before);
    expect(closed).toBe(true);
  });

  test('an error of the source comes when its turn comes', async () => {
    async function* source() {
      yield 1;
      yield 2;
      throw new Error('the disk is gone');
    }
    const seen: number[] = [];
    const consume = async () => {
      for await (const item of prefetch(source(), 5)) seen.push(item);
    };
    await expect(consume()).rejects.toThrow('the disk is gone');
    expect(seen).toEqual([1, 2]);
  });

  test('refuses to load nothing ahead', async () => {
    async function* source() {
      yield 1;
    }
    await expect(prefetch(source(), 0).next()).rejects.toMatchObject({ code: 'size-not-positive' });
  });
});
