import { expect, test } from 'vitest';
import { moved } from './moved.js';

test('hands over each memory once, wherever it is in the value, and no shared one', () => {
  const memory = new ArrayBuffer(16);
  const own = Int32Array.of(1);
  const shared = new Float32Array(new SharedArrayBuffer(8));
  const value = {
    views: [new Float32Array(memory, 0, 2), new DataView(memory, 8)],
    map: new Map([['a', { data: own }]]),
    shared,
    text: 'a',
    none: null,
  };
  expect(moved(value).transfer).toEqual([memory, own.buffer]);
  expect(moved(value).value).toBe(value);
  expect(moved(value, []).transfer).toEqual([]);
});
