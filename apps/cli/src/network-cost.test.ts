import '@tensorflow/tfjs-backend-cpu';
import { memory, ones, profile, setBackend, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { key } from '@tweedie/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { run, settings, spec } from '../test/small.js';
import { DEFAULTS } from './defaults.js';
import { evaluationsOf, networkCost } from './network-cost.js';
import { buildNetwork } from './network-spec.js';

beforeAll(() => setBackend('cpu'));
const UNETS = { small: spec.network, digits: DEFAULTS.mnist.model.network };

describe.each(Object.entries(UNETS))('of the network of %s', (_, network) => {
  it('counts the parameters that there are', () => {
    const { parameters, blocks, input, output } = networkCost(network);
    const built = buildNetwork(network, key(1)).parameters;
    expect(parameters).toBe([...built.values()].reduce((sum, { size }) => sum + size, 0));
    expect(blocks.reduce((sum, block) => sum + block.parameters, 0)).toBe(parameters);
    expect(output).toEqual(input);
  });

  it('counts the convolutions and products that tfjs computes', async () => {
    const { flops, input } = networkCost(network);
    const built = buildNetwork(network, key(1));
    const { kernels } = await profile(() =>
      tidy(() => built.apply(ones([1, ...input]), tensor1d([0.5]), tensor1d([1], 'int32'))),
    );
    let expected = 0;
    for (const { name, inputShapes, outputShapes } of kernels) {
      const [a = [], b = []] = inputShapes;
      const size = outputShapes.flat().reduce((product, length) => product * length, 1);
      if (/^(Fused)?Conv2D$/.test(name)) expected += 2 * size * (b[0] ?? 0) * (b[1] ?? 0) * (b[2] ?? 0);
      if (/^(BatchMatMul|_FusedMatMul)$/.test(name)) expected += 2 * size * (a.at(-1) ?? 0);
    }
    expect(expected).toBeGreaterThan(1e4);
    expect(flops).toBe(expected);
  });
});

it('of dense layers it counts each weight twice, and the frequencies that noise is told by', () => {
  const { network } = DEFAULTS.points.model;
  const built = buildNetwork(network, key(1)).parameters;
  const weights = [...built.values()].filter(({ rank }) => rank === 2);
  expect(networkCost(network).flops).toBe(
    2 * weights.reduce((sum, { size }) => sum + size, (DEFAULTS.points.model.network.embedding ?? Number.NaN) / 2),
  );
});

it.each([
  ['ddim', 1, 6],
  ['heun', 1, 11],
  ['dpmpp-2m', 1, 6],
  ['ddim', 2, 12],
  ['heun', 0, 11],
])('by %s under guidance %d, 6 steps take %d evaluations', async (sampler, guidance, expected) => {
  const cost = networkCost(spec.network);
  const before = memory().numTensors;
  expect(await evaluationsOf(run, { ...settings, sampler, guidance }, cost)).toBe(expected);
  expect(memory().numTensors).toBe(before);
});

it('leaves nothing behind', () => {
  const before = memory().numTensors;
  networkCost(spec.network);
  expect(memory().numTensors).toBe(before);
});
