import '@tensorflow/tfjs-backend-cpu';
import { memory, scalar, setBackend, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { assert, integer, property } from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { batchShare, sliceBatch } from './batch-share.js';
import { disposeAll } from './tree.js';

beforeAll(() => setBackend('cpu'));

test('shares follow on each other, cover the batch, and fall in size by at most one', () => {
  assert(
    property(integer({ min: 0, max: 99 }), integer({ min: 1, max: 12 }), (batch, parts) => {
      const shares = Array.from({ length: parts }, (_, i) => batchShare(batch, parts, i));
      const sizes = shares.map(({ begin, end }) => end - begin);
      expect(shares.map(({ begin }) => begin)).toEqual([0, ...shares.slice(0, -1).map(({ end }) => end)]);
      expect(shares.at(-1)?.end).toBe(batch);
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      expect((sizes[0] ?? 0) - (sizes.at(-1) ?? 0)).toBeLessThanOrEqual(1);
    }),
  );
});

test('a slice of a tree has fresh tensors, but for scalars', () => {
  const tree = { x: tensor2d([[1], [2], [3]]), at: [tensor1d([4, 5, 6])], scale: scalar(7), name: 'kept' };
  const before = memory().numTensors;
  const part = sliceBatch(tree, { begin: 1, end: 3 });
  expect([...part.x.dataSync()]).toEqual([2, 3]);
  expect(part.at.map((tensor) => [...tensor.dataSync()])).toEqual([[5, 6]]);
  expect(part.scale).toBe(tree.scale);
  expect(part.name).toBe('kept');
  expect(memory().numTensors).toBe(before + 2);
  disposeAll(tree, part);
});
