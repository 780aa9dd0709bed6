import '@tensorflow/tfjs-backend-cpu';
import {
  memory,
  randomUniform,
  type Scalar,
  setBackend,
  square,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key, type Network, normal, registerGradients } from '@tweedie/core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { compactUnet } from './compact-unet.js';

beforeAll(async () => {
  await setBackend('cpu');
  registerGradients();
});

const tiny = { key: key(0), image: [8, 8, 1], widths: [8, 16], groups: 4, embedding: 16 } as const;
const noise = tensor1d([0.2, 0.9]);
const x = normal(key(5), [2, 8, 8, 1]);

/** A network whose zero-initialised parameters are drawn too, so that everything matters. */
function awake(options: Parameters<typeof compactUnet>[0]) {
  const network = compactUnet(options);
  let i = 0;
  for (const value of network.parameters.values()) value.assign(randomUniform(value.shape, -0.3, 0.3, 'float32', ++i));
  return network;
}

const difference = (a: Tensor, b: Tensor) =>
  Math.max(...a.dataSync().map((value, i) => Math.abs(value - (b.dataSync()[i] ?? 0))));

describe('compactUnet', () => {
  it('keeps the shape and is zero at first', () => {
    const y = compactUnet({ ...tiny, classes: 3 }).apply(x, noise, tensor1d([0, 3], 'int32'));
    expect(y.shape).toEqual([2, 8, 8, 1]);
    expect(Math.max(...y.dataSync().map(Math.abs))).toBe(0);
  });

  it('listens to image, noise and label, each sample for itself', () => {
    const { apply } = awake({ ...tiny, classes: 3 });
    const base = apply(x, noise, tensor1d([0, 1], 'int32'));
    const other = apply(x, noise, tensor1d([0, 2], 'int32'));
    const later = apply(x, tensor1d([0.2, 0.5]), tensor1d([0, 1], 'int32'));
    const first = (t: Tensor) => t.dataSync().slice(0, 64);
    const second = (t: Tensor) => t.dataSync().slice(64);
    expect(first(other)).toEqual(first(base));
    expect(first(later)).toEqual(first(base));
    expect(second(other)).not.toEqual(second(base));
    expect(second(later)).not.toEqual(second(base));
  });

  it('takes no label as "none"', () => {
    const { apply } = awake({ ...tiny, classes: 3 });
    expect(difference(apply(x, noise, undefined), apply(x, noise, tensor1d([3, 3], 'int32')))).toBe(0);
  });

  it('has a gradient for every parameter, and leaks nothing', () => {
    const { apply, parameters } = awake({ ...tiny, blocks: 2, widths: [8, 16, 24] });
    const before = memory().numTensors;
    tidy(() => {
      const { grads } = variableGrads(() => sum(square(apply(x, noise, undefined))), [...parameters.values()] as Variable[]);
      for (const [name, variable] of parameters)
        expect(Math.max(...(grads[variable.name]?.dataSync().map(Math.abs) ?? [0])), name).toBeGreaterThan(0);
    });
    expect(memory().numTensors).toBe(before);
  });

  it('is the same from the same key, and another from another', () => {
    const weights = (seed: number) =>
      compactUnet({ ...tiny, key: key(seed) })
        .parameters.get('conv_in.weight')
        ?.dataSync();
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)).not.toEqual(weights(2));
  });

  it.each([
    ['image-not-divisible', { image: [10, 8, 1] }],
    ['size-not-positive', { widths: [] }],
    ['blocks-negative', { blocks: [0, 1, -1] }],
    ['groups-do-not-divide', { groups: 3 }],
  ] as const)('refuses bad sizes: %s', (code, bad) => {
    expect(() => compactUnet({ ...tiny, ...bad })).toThrow(expect.objectContaining({ name: 'RangeError', code }));
  });

  it('has a parameter count that adds up', () => {
    // by hand, for the defaults with 10 classes, weights and biases together:
    const block = (width: number) => 2 * width + (9 * width + 1) * width + 129 * 2 * width + 2 * width + (9 * width + 1) * width;
    const told = 33 * 128 + 129 * 128 + 11 * 128 + 11 * (14 * 14 * 32 + 7 * 7 * 64);
    const levels = (9 * 4 + 1) * 32 + block(32) + 33 * 64 + block(64) + 65 * 32 + block(32);
    const out = 2 * 32 + (9 * 32 + 1) * 4;
    const { parameters } = compactUnet({ key: key(0), image: [28, 28, 1], classes: 10 });
    expect([...parameters.values()].reduce((total, { size }) => total + size, 0)).toBe(told + levels + out);
  });

  it('has as many blocks as it is told on the way down, in the middle and on the way up', () => {
    const { parameters } = compactUnet({ ...tiny, blocks: [0, 2, 1] });
    const blocks = [...parameters.keys()]
      .filter((name) => name.endsWith('conv1.bias'))
      .map((name) => name.replace('.conv1.bias', ''));
    expect(blocks).toEqual(['up.0.blocks.0', 'middle.0', 'middle.1']);
  });

  it('has the same output and gradients on cpu and wasm', async () => {
    const run = () => {
      const { apply, parameters } = awake({ ...tiny, image: [8, 12, 1], classes: 3 });
      const images = normal(key(6), [2, 8, 12, 1]);
      const loss = (): Scalar => sum(square(apply(images, tensor1d([0.2, 0.9]), tensor1d([0, 3], 'int32'))));
      const { value, grads } = variableGrads(loss);
      const gradients = [...parameters].map(([name, { name: id }]) => [name, [...(grads[id]?.dataSync() ?? [])]] as const);
      return new Map([['loss', [...value.dataSync()]], ...gradients]);
    };
    const expected = run();
    await wasm().load();
    for (const [name, values] of run()) {
      const scale = Math.max(...(expected.get(name) ?? []).map(Math.abs));
      const distance = Math.max(...values.map((value, i) => Math.abs(value - (expected.get(name)?.[i] ?? Number.NaN))));
      expect(distance / scale, name).toBeLessThan(1e-4);
    }
    await setBackend('cpu');
  });

  it('has the condition in its type', () => {
    expectTypeOf(compactUnet(tiny)).toEqualTypeOf<Network>();
    expectTypeOf(compactUnet({ ...tiny, classes: 2 })).toEqualTypeOf<Network<Tensor>>();
  });
});
