import { cos, setBackend, sin, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSame, setUp } from '../test/compare.js';

beforeAll(() => setUp());

// float64's are the reference; float32 arguments, so that they mean the same on both sides.
const points = Float32Array.from({ length: 100_003 }, (_, i) => (i - 50_001) * 0.1637 + (i % 7) * 1e-3);

describe.each([
  ['sin', sin, Math.sin],
  ['cos', cos, Math.cos],
] as const)('%s', (_, onTensors, exact) => {
  const errors = async (arguments_: Float32Array): Promise<number> => {
    await setBackend('wasm');
    const actual = onTensors(tensor(arguments_)).dataSync();
    return Math.max(...Array.from(arguments_, (x, i) => Math.abs((actual[i] ?? Number.NaN) - exact(x))));
  };

  it('is right to 2e-7 up to 8192', async () => expect(await errors(points)).toBeLessThan(2e-7));

  it('is right around the multiples of π/2', async () => {
    const around = Float32Array.from(
      { length: 30_000 },
      (_, i) => (Math.floor(i / 3) - 5000) * (Math.PI / 2) + ((i % 3) - 1) * 1e-3,
    );
    expect(await errors(around)).toBeLessThan(2e-7);
  });

  it('leaves larger arguments, infinity and NaN to tfjs', () =>
    expectSame(() => onTensors(tensor([1, 1e4, -1e5, 3, 0.5])), undefined, 1e-6));

  it('gives NaN for what has no value', async () => {
    await setBackend('wasm');
    expect([...onTensors(tensor([Number.NaN, Number.POSITIVE_INFINITY, 0])).dataSync()]).toEqual([
      Number.NaN,
      Number.NaN,
      exact(0),
    ]);
  });
});
