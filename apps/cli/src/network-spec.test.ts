import { dispose, tensor1d, zeros } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key } from '@tweedie/core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DataSpec } from './data.js';
import { buildNetwork, classesOf, networkOf, networkSpec, networkText, sampleShape } from './network-spec.js';

const digits: DataSpec = { kind: 'mnist', size: [28, 28, 1], classes: 10, mean: -0.7 };
const points: DataSpec = { kind: 'points', source: 'moons' };

beforeAll(() => wasm().load());

describe('networkOf', () => {
  it.each([
    ['compactUnet({ widths: [8, 16], blocks: [0, 1, 1] })', digits],
    ['compactUnet()', digits],
    ['unet({ widths: [8, 8], attention: [1], groups: 4 })', digits],
    ['mlp({ width: 16, layers: 2 })', points],
    ['mlp', points],
  ] as const)('%s is JSON, a network of the size of the data, and its own text', (text, data) => {
    const spec = networkOf(text, data);
    expect(networkSpec.parse(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    expect(networkOf(networkText(spec), data)).toEqual(spec);
    expect(sampleShape(spec)).toEqual('size' in data ? data.size : [2]);
    expect(classesOf(spec)).toBe('classes' in data ? data.classes : 0);
    for (const learnedVariance of [false, true]) {
      const network = buildNetwork({ ...spec, learnedVariance }, key(0));
      const [x, noise] = [zeros([3, ...sampleShape(spec)]), tensor1d([0, 0.5, 1])];
      const y = network.apply(x, noise, undefined);
      expect(y.shape).toEqual([...x.shape.slice(0, -1), (x.shape.at(-1) ?? 0) * (learnedVariance ? 2 : 1)]);
      dispose([x, noise, y, ...network.parameters.values()]);
    }
  });

  it.each([
    ['option-unknown', 'compactUnet({ wdiths: [8] })', '`--network`: compactUnet has no option wdiths; it has blocks, dropout, '],
    ['option-unknown', 'compactUnet({ classes: 3 })', 'compactUnet has no option classes'],
    ['network-invalid', 'compactUnet({ widths: [] })', '`--network`: compactUnet: widths: '],
    ['network-invalid', 'unet({ attention: [-1] })', '`--network`: unet: attention.0: '],
    ['network-invalid', 'unet(3)', '`--network`: unet: the options: '],
    ['network-invalid', '3', '`--network` must be compactUnet or unet, got 3'],
    ['name-unknown', 'mlp', '`--network` has no mlp; it has compactUnet, unet'],
  ])('%s: %s', (code, text, message) => {
    expect(() => networkOf(text, digits)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});

it('refuses a U-Net whose levels do not divide the images', () => {
  const spec = networkOf('unet({ widths: [8, 8, 8, 8] })', digits);
  expect(() => buildNetwork(spec, key(0))).toThrow(expect.objectContaining({ code: 'image-not-divisible' }));
});
