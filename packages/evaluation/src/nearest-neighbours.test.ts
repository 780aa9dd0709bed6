import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { key, normals } from '@tweedie/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { nearestNeighbours } from './nearest-neighbours.js';

describe('nearestNeighbours', () => {
  beforeAll(() => setBackend('cpu'));

  it('finds copies among thousands, at distance 0, and others at their true distance; it leaks nothing', async () => {
    const columns = 3;
    const references = { values: normals(key(9), 9000 * columns), columns };
    const copied = [17, 4000, 8999];
    const values = Float32Array.from([...copied.flatMap((i) => [...references.values.subarray(i * 3, i * 3 + 3)]), 30, 40, 0]);
    const before = memory().numTensors;
    const { indices, distances } = await nearestNeighbours({ values, columns }, references);
    expect(memory().numTensors).toBe(before);
    expect([...indices.slice(0, 3)]).toEqual(copied);
    expect([...distances.slice(0, 3)]).toEqual([0, 0, 0]);
    expect(distances[3]).toBeGreaterThan(44);
  });

  it('is the nearest point of a lattice, wherever the parts end', async () => {
    const references = {
      values: Float32Array.from({ length: 2 * 8100 }, (_, i) => (i % 2 ? (i >> 1) % 90 : Math.floor(i / 180))),
      columns: 2,
    };
    const queries = { values: Float32Array.from({ length: 2 * 600 }, (_, i) => ((i * 7) % 89) + (i % 2 ? 0.25 : 0)), columns: 2 };
    const { indices, distances } = await nearestNeighbours(queries, references);
    for (const [i, index] of indices.entries()) {
      const [row = 0, column = 0] = queries.values.subarray(2 * i, 2 * i + 2);
      expect(index).toBe(90 * row + Math.floor(column));
      expect(distances[i]).toBe(0.25);
    }
  });

  it('refuses vectors of other lengths', async () => {
    const set = { values: new Float32Array(6), columns: 2 };
    await expect(nearestNeighbours(set, { ...set, columns: 3 })).rejects.toMatchObject({ code: 'columns-differ' });
  });
});
