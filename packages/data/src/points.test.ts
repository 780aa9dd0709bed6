import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { key } from '@tweedie/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkerboard } from './checkerboard.js';
import { moons } from './moons.js';
import { pointBatches } from './points.js';
import { swissRoll } from './swiss-roll.js';

beforeAll(() => setBackend('cpu'));

const pairs = (points: Float64Array) =>
  Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i] ?? 0, points[2 * i + 1] ?? 0] as const);

test('every filled square of the checkerboard, and no other, gets its share', () => {
  const counts = new Map<string, number>();
  for (const [x, y] of pairs(checkerboard().points(key(0), 8000))) {
    const [column, row] = [Math.floor((x + 1) * 2), Math.floor((y + 1) * 2)];
    expect((column + row) % 2).toBe(0);
    counts.set(`${column},${row}`, (counts.get(`${column},${row}`) ?? 0) + 1);
  }
  expect(counts.size).toBe(8);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('without noise, moons lie on their half circles and the roll on its spiral', () => {
  for (const [x, y] of pairs(moons({ noise: 0 }).points(key(1), 500))) {
    const upper = Math.abs(Math.hypot(x, y) - 1) < 1e-12 && y >= 0;
    const lower = Math.abs(Math.hypot(x - 1, y - 0.5) - 1) < 1e-12 && y <= 0.5;
    expect(upper || lower).toBe(true);
  }
  for (const [x, y] of pairs(swissRoll({ noise: 0 }).points(key(1), 500))) {
    const radius = Math.hypot(x, y);
    expect(radius).toBeGreaterThan(1 / 3);
    expect(radius).toBeLessThan(1);
    expect(Math.cos(Math.atan2(y, x) - 4.5 * Math.PI * radius)).toBeCloseTo(1, 9);
  }
});

describe.each([
  ['moons', moons()],
  ['swissRoll', swissRoll()],
  ['checkerboard', checkerboard()],
] as const)('%s', (_, source) => {
  test('point i does not depend on how many are drawn', () => {
    expect(source.points(key(2), 5, 4)).toEqual(source.points(key(2), 20).slice(8, 18));
  });

  test('batches resume, do not repeat, and are owned by who pulls them', () => {
    const before = memory().numTensors;
    const all = pointBatches(source, { size: 6, key: key(3) });
    const first = all.next().value;
    const second = all.next().value;
    const resumed = pointBatches(source, { size: 6, key: key(3), from: 1 }).next().value;
    expect(resumed.dataSync()).toEqual(second.dataSync());
    expect(first.dataSync()).not.toEqual(second.dataSync());
    expect(first.shape).toEqual([6, 2]);
    expect(memory().numTensors - before).toBe(3);
    for (const tensor of [first, second, resumed]) tensor.dispose();
  });
});

test('refuses a board without squares', () => {
  expect(() => checkerboard({ squares: 0 })).toThrow(expect.objectContaining({ code: 'squares-not-positive' }));
});
