import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { type Key, key, type Network, normal, registerGradients } from '@tweedie/core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { type UNetOptions, unet } from './unet.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const small = { key: key(0), widths: [16, 24], embedding: 16, classes: 3, patch: 2 } as const;

/**
 * PyTorch 1.13 in float64: the U-Net of these options, an independent implementation, with weights by `assignFormula`, images
 * `sin(1.3·i)` of 8×8 pixels, noise levels 0.25 and 0.75, labels 2 and 3 ("none"); gradients are those of the mean square of the output.
 */
const torch = {
  count: 102780,
  loss: 0.2969718,
  gradientNorm: 3.197228,
  gradientNorms: {
    'conv_in.weight': 0.4288047,
    'time1.weight': 0.02340855,
    'class.weight': 0.01975013,
    'down.0.blocks.0.conv1.weight': 0.131032,
    'down.0.resample.weight': 0.04780999,
    'down.1.attention.qkv.weight': 0.0007076948,
    'down.1.blocks.0.skip.weight': 0.007948066,
    'middle1.time.weight': 0.001166317,
    'middle_attention.out.weight': 0.003900789,
    'up.0.blocks.0.norm1.weight': 8.727925e-5,
    'up.0.resample.weight': 1.799851,
    'up.1.blocks.1.norm2.weight': 0.05933929,
    'up.1.blocks.1.skip.bias': 0.1469244,
    'norm_out.bias': 0.2372145,
    'conv_out.weight': 1.15269,
  },
  output: [
    0.6219556, 0.3538653, 0.9306143, 0.6723711, 1.131891, 0.9528914, 0.6697871, 0.5844518, 0.1025306, -0.08036238, 0.4079688,
    0.1900337, 0.747551, 0.5642466, 0.4992828, 0.4540115, 0.1847401, -0.04255397, 0.6011071, 0.5032286, -0.1284829, -0.1122669,
    -0.4554698, -0.4987232, -0.2245723, -0.3146157, 0.4113598, 0.3657143, -0.04575956, 0.09985812, -0.4638819, -0.3198488,
    0.3009541, 0.3495572, -0.5563044, -0.4030839, -0.758325, -0.8299032, -0.1872084, -0.3970837, 0.4152259, 0.5268396, -0.1786494,
    0.1344562, -0.7995603, -0.6358753, -0.5361768, -0.5608768, -0.7322062, -0.6676677, -0.8589615, -0.9425361, -0.2753929,
    -0.3893819, -0.05528727, -0.1052811, -0.5128801, -0.2453753, -0.9160861, -0.7479107, -0.4331427, -0.3699232, -0.1054862,
    -0.02228395, 0.2590202, -0.03295022, 0.8291827, 0.5485125, 1.021649, 0.865105, 0.5091791, 0.4747416, -0.2803358, -0.4317346,
    0.2705943, 0.04902644, 0.6885359, 0.5382487, 0.4483634, 0.4655462, 0.4831921, 0.2979167, 0.2953697, 0.08895449, -0.1487649,
    -0.4570086, 0.4175806, 0.05758062, 0.1334221, 0.03514681, -0.08164614, -0.1705546, -0.6901588, -0.7978377, -0.2643477,
    -0.4914394, -0.1457452, -0.07016694, -0.2608221, -0.2513435, 0.5120964, 0.4827855, 0.3969544, 0.4984076, 0.05267373, 0.247543,
    -0.1815679, -0.02291128, 0.4609552, 0.4817799, 0.6062175, 0.7462316, -0.5295209, -0.6039957, -0.5786361, -0.610973, -1.060813,
    -0.9502111, -1.2396, -1.305625, -0.5928021, -0.4631416, -0.5571394, -0.3874046, -0.7290321, -0.3795852, -1.235504, -1.000677,
  ],
};

/** Weights by a formula that both sides share, in PyTorch's layout: parameter `k` in order of name, element `i` in order of storage. */
function assignFormula(network: Network<Tensor>): void {
  [...network.parameters.keys()].sort().forEach((name, k) => {
    const parameter = network.parameters.get(name);
    if (parameter === undefined) return;
    const fanIn = name === 'class.weight' ? 1 : parameter.size / (parameter.shape.at(-1) ?? 1);
    const offset = name.includes('norm') && name.endsWith('weight') ? 1 : 0;
    const values = Float32Array.from({ length: parameter.size }, (_, i) =>
      parameter.rank === 1 ? 0.2 * Math.sin(k + 0.7 * i) + offset : Math.sin(k + 0.7 * i) / Math.sqrt(fanIn),
    );
    tf.tidy(() => parameter.assign(fromTorch(values, parameter.shape, name)));
  });
}

function fromTorch(values: Float32Array, shape: readonly number[], name: string): tf.Tensor {
  const [a = 1, b = 1, inputs = 1, outputs = 1] = shape;
  if (shape.length === 4) return tf.transpose(tf.tensor(values, [outputs, inputs, a, b]), [2, 3, 1, 0]);
  return shape.length === 2 && name !== 'class.weight' ? tf.transpose(tf.tensor(values, [b, a])) : tf.tensor(values, [...shape]);
}

const count = ({ parameters }: Network<Tensor> | Network): number =>
  [...parameters.values()].reduce((sum, { size }) => sum + size, 0);
const images = (): tf.Tensor =>
  tf.tensor(
    Array.from({ length: 128 }, (_, i) => Math.sin(1.3 * i)),
    [2, 8, 8, 1],
  );
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
const norm = (values: Iterable<number>): number => Math.sqrt([...values].reduce((sum, x) => sum + x * x, 0));

describe('against PyTorch', () => {
  it('has the reference number of parameters', () => {
    expect(count(unet({ key: key(0) }))).toBe(1_096_033);
    expect(count(unet(small))).toBe(torch.count);
  });

  it.each(['cpu', 'wasm'])('has its output and gradients on %s', async (backend) => {
    await (backend === 'wasm' ? wasm().load() : tf.setBackend(backend));
    const network = unet(small);
    assignFormula(network);
    const apply = () => network.apply(images(), tf.tensor1d([0.25, 0.75]), tf.tensor1d([2, 3], 'int32'));
    const output = tf.tidy(() => [...apply().dataSync()]);
    expect(output).toHaveLength(torch.output.length);
    expect(distance(output, torch.output)).toBeLessThan(1e-5);

    const { value, grads } = tf.variableGrads(() => tf.mean(tf.square(apply())));
    expect(value.dataSync()[0]).toBeCloseTo(torch.loss, 4);
    const gradients = new Map([...network.parameters].map(([name, { name: id }]) => [name, [...(grads[id]?.dataSync() ?? [])]]));
    expect(norm([...gradients.values()].flat()) / torch.gradientNorm).toBeCloseTo(1, 4);
    for (const [name, expected] of Object.entries(torch.gradientNorms))
      expect(norm(gradients.get(name) ?? []) / expected).toBeCloseTo(1, 3);
    await tf.setBackend('cpu');
  });
});

it('is zero at first, and does not leak', () => {
  const network = unet(small);
  const x = images();
  const [noise, labels] = [tf.tensor1d([0.1, 0.9]), tf.tensor1d([0, 1], 'int32')];
  const before = tf.memory().numTensors;
  const output = network.apply(x, noise, labels);
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(output.shape).toEqual([2, 8, 8, 1]);
  expect(norm(output.dataSync())).toBe(0);
});

it('reads a missing condition as the class "none"', () => {
  const options: UNetOptions = small;
  const network = unet({ ...options, key: key(0) });
  assignFormula(network);
  const noise = tf.tensor1d([0.1, 0.9]);
  const [missing, none, first] = [undefined, [3, 3], [0, 0]].map((labels) =>
    network.apply(images(), noise, labels && tf.tensor1d(labels, 'int32')).dataSync(),
  );
  expect(missing).toEqual(none);
  expect(missing).not.toEqual(first);
});

it('draws the same network from the same key, parameter by parameter', () => {
  const drawn = (options: UNetOptions & { key: Key }, name: string) => unet(options).parameters.get(name)?.dataSync();
  for (const name of ['conv_in.weight', 'down.1.blocks.0.conv1.bias', 'class.weight']) {
    const values = drawn(small, name);
    expect(values).toEqual(drawn({ ...small, blocks: 2 }, name));
    expect(values).not.toEqual(drawn({ ...small, key: key(1) }, name));
  }
});

it('treats the samples of a batch one by one', () => {
  const network = unet({ ...small, attention: [0, 1] });
  assignFormula(network);
  const x = normal(key(3), [3, 8, 8, 1]);
  const [noise, labels] = [tf.tensor1d([0.2, 0.5, 0.8]), tf.tensor1d([0, 1, 2], 'int32')];
  const whole = tf.slice(network.apply(x, noise, labels), [1], [1]).dataSync();
  const alone = network.apply(tf.slice(x, [1], [1]), tf.slice(noise, [1], [1]), tf.slice(labels, [1], [1])).dataSync();
  expect(distance(alone, whole)).toBeLessThan(1e-5);
});

it('has the condition in its type', () => {
  expectTypeOf(unet({ key: key(0), widths: [8] })).toEqualTypeOf<Network>();
  expectTypeOf(unet({ key: key(0), widths: [8], classes: 2 })).toEqualTypeOf<Network<Tensor>>();
});

it.each([
  ['size-not-positive', { blocks: 0 }],
  ['size-not-positive', { widths: [] }],
  ['groups-do-not-divide', { widths: [8, 12] }],
  ['classes-negative', { classes: -1 }],
  ['no-such-level', { attention: [2] }],
])('refuses by name: %s %o', (code, options) => {
  expect(() => unet({ ...small, ...options })).toThrow(expect.objectContaining({ code }));
});
