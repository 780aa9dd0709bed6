import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { foldIn, key, uniform } from '@tweedie/core';
import { beforeAll, expect, it } from 'vitest';
import { fanInNormal, fanInUniform, ones, standardNormal, zeros } from './initializers.js';
import { scope } from './scope.js';

beforeAll(() => setBackend('cpu'));

it('names parameters by dotted paths, in order of creation', () => {
  const root = scope(key(0));
  root.child('down').child(0).parameter('weight', [2], zeros);
  root.child('down.1').parameter('weight', [2], zeros);
  root.parameter('scale', [], ones);
  expect([...root.parameters.keys()]).toEqual(['down.0.weight', 'down.1.weight', 'scale']);
});

it('draws from the key folded with the FNV-1a hash of the name', () => {
  // published test vector: FNV-1a of "foobar" is bf9cf968
  const { parameters, parameter } = scope(key(9));
  parameter('foobar', [3], (drawn, count) => Float32Array.from(uniform(drawn, count)));
  expect([...(parameters.get('foobar')?.dataSync() ?? [])]).toEqual([
    ...Float32Array.from(uniform(foldIn(key(9), 0xbf9cf968), 3)),
  ]);
});

it('refuses a name twice', () => {
  const root = scope(key(0));
  root.child('a').parameter('b', [1], zeros);
  expect(() => root.parameter('a.b', [1], zeros)).toThrow(expect.objectContaining({ code: 'parameter-exists' }));
});

it('holds one tensor for each parameter', () => {
  const before = memory().numTensors;
  const created = scope(key(0)).parameter('weight', [2, 3], zeros);
  expect([created.shape, created.trainable, memory().numTensors]).toEqual([[2, 3], true, before + 1]);
  created.dispose();
  expect(memory().numTensors).toBe(before);
});

it.each([
  ['fanInUniform', fanInUniform(12), 1 / 6, 1 / Math.sqrt(12)],
  ['fanInNormal', fanInNormal(9), 1 / 3, Infinity],
  ['standardNormal', standardNormal, 1, Infinity],
])('%s has mean 0, its deviation and its bound', (_, initial, deviation, bound) => {
  const values = initial(key(2), 20_000);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.03 * deviation);
  expect(Math.sqrt(variance) / deviation).toBeCloseTo(1, 1);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
});
