/** The gradient of a compiled network with respect to `x`, against the eager network's. */
import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  concat,
  fill,
  grad,
  grads,
  logSoftmax,
  maxPool,
  memory,
  mul,
  oneHot,
  type Rank,
  reshape,
  type Scalar,
  scalar,
  setBackend,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tensor1d,
  tidy,
  valueAndGrad,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { onnxRuntimes } from '@tweedie/compile/node';
import { denoiser, disposeAll, key, type Network, normal, registerGradients, useBackend } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { compactUnet, energyScore, mlp, unet } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labels, largest, moved } from '../test/moved.js';
import { compile } from './compile.js';
import { compiledNetwork } from './compiled-network.js';
import type { Engine } from './engine.js';

let engines: readonly [Engine, ...Engine[]];
beforeAll(async () => {
  registerGradients();
  await setBackend('cpu');
  engines = await onnxRuntimes({ count: 2 });
});
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

/** dyᵀ·∂y/∂x, for a random dy. */
function pulledBack<C>({ apply }: Network<C>, x: Tensor, noise: Tensor1D, condition: C): Float32Array {
  return tidy(() => grad((at) => apply(at, noise, condition))(x, normal(key(11), x.shape)).dataSync<'float32'>());
}

function expectSame(actual: Float32Array, expected: Float32Array): void {
  expect(actual).toHaveLength(expected.length);
  expect(largest(expected)).toBeGreaterThan(1e-3);
  expect(largest(actual, expected)).toBeLessThanOrEqual(1e-5 * largest(expected));
}

const noGradient = expect.objectContaining({ code: 'no-gradient' });

const networks: Readonly<Record<string, readonly [() => Network<Tensor | undefined>, shape: readonly number[]]>> = {
  mlp: [() => plain(mlp({ key: key(1) })), [2]],
  'unet with attention': [
    () => unet({ key: key(1), widths: [8, 16], attention: [1], classes: 4, embedding: 16, groups: 4 }),
    [4, 6, 1],
  ],
  compactUnet: [() => compactUnet({ key: key(1), image: [8, 8, 1], widths: [8, 16], classes: 4, embedding: 16 }), [8, 8, 1]],
};

/** Tells a network nothing. */
function plain({ parameters, apply }: Network): Network<Tensor | undefined> {
  return { parameters, apply: (x, noise) => apply(x, noise, undefined) };
}

describe.each(['cpu', 'wasm'])('with tensors on %s, the gradient', (backend) => {
  beforeAll(() => (backend === 'wasm' ? useBackend(wasm()) : setBackend('cpu')));
  afterAll(() => setBackend('cpu'));

  test.each(Object.entries(networks))('of %s is the eager one, on one engine and shared by two', (_, [make, shape]) => {
    const network = moved(make());
    const compiled = [compiledNetwork(network, engines[0]), compiledNetwork(network, engines)];
    for (const batch of [4, 3, 1])
      tidy(() => {
        const [x, noise, given] = [normal(key(batch), [batch, ...shape]), fill<Rank.R1>([batch], 0.3), labels(batch, 4)];
        const expected = pulledBack(network, x, noise, given);
        for (const fast of compiled) expectSame(pulledBack(fast, x, noise, given), expected);
      });
    for (const fast of compiled) fast.dispose();
    disposeAll([...network.parameters.values()]);
  });

  test('has the weights of the last refresh', () => {
    const network = moved(mlp({ key: key(1) }));
    const fast = compiledNetwork(network, engines);
    tidy(() => {
      const [x, noise] = [normal(key(3), [3, 2]), fill<Rank.R1>([3], 0.3)];
      const before = pulledBack(fast, x, noise, undefined);
      for (const parameter of network.parameters.values()) parameter.assign(mul(parameter, 0.8));
      expect(pulledBack(fast, x, noise, undefined)).toEqual(before);
      fast.refresh();
      expectSame(pulledBack(fast, x, noise, undefined), pulledBack(network, x, noise, undefined));
    });
    fast.dispose();
    disposeAll([...network.parameters.values()]);
  });

  test('leaves nothing behind, from the first call to the fiftieth', () => {
    const network = moved(compactUnet({ key: key(1), image: [8, 8, 1], widths: [8, 16] }));
    const fast = compiledNetwork(network, engines);
    const [x, noise] = [normal(key(3), [3, 8, 8, 1]), fill<Rank.R1>([3], 0.3)];
    const held = () => [memory().numTensors, memory().numDataBuffers];
    const before = held();
    for (let i = 0; i < 50; i++) {
      const { value, grad: gradient } = valueAndGrad((at) => sum(square(fast.apply(at, noise, undefined))))(x);
      expect(held()).toEqual(before.map((count) => count + 2));
      disposeAll(value, gradient);
    }
    expect(held()).toEqual(before);
    fast.dispose();
    disposeAll(x, noise, [...network.parameters.values()]);
  });

  test('goes through a denoiser, as guidance by a measurement takes it', () => {
    const network = moved(compactUnet({ key: key(1), image: [8, 8, 1], widths: [8, 16] }));
    const fast = compiledNetwork(network, engines);
    const level = variancePreserving(clamped(cosine(), { min: -10, max: 10 })).at(0.6);
    tidy(() => {
      const [x, measured] = [normal(key(3), [3, 8, 8, 1]), normal(key(4), [3, 8, 4, 1])];
      const [actual, expected] = [fast, network].map((each) => {
        const half = (at: Tensor): Tensor => slice(denoiser(each, v())(at, level, undefined), [0, 0, 4, 0]);
        const { value, grad: gradient } = valueAndGrad((at) => sum<Scalar>(square(sub(measured, half(at)))))(x);
        return { value: value.dataSync()[0] ?? Number.NaN, gradient: gradient.dataSync<'float32'>() };
      });
      expect((actual?.value ?? Number.NaN) / (expected?.value ?? Number.NaN)).toBeCloseTo(1, 5);
      expectSame(actual?.gradient ?? new Float32Array(), expected?.gradient ?? new Float32Array());
    });
    fast.dispose();
    disposeAll([...network.parameters.values()]);
  });
});

describe('the gradient of a compiled network', () => {
  const [x, noise] = [normal(key(3), [3, 2]), tensor1d([0.1, 0.2, 0.3])];

  test('is right for a network that is a gradient itself, though it is first called inside of another', () => {
    const network = energyScore(moved(mlp({ key: key(1), width: 16 })));
    const fast = compiledNetwork(network, engines);
    expectSame(pulledBack(fast, x, noise, undefined), pulledBack(network, x, noise, undefined));
    fast.dispose();
  });

  test('leaves to the rest of a loss what is its own', () => {
    const network = moved(mlp({ key: key(1), width: 16 }));
    const fast = compiledNetwork(network, engines);
    const of = ({ apply }: Network) =>
      tidy(() => grad((at) => sum(mul(square(at), add(apply(mul(at, 0.5), noise, undefined), at))))(x).dataSync<'float32'>());
    expectSame(of(fast), of(network));
    fast.dispose();
  });

  test('is refused for all but `x`, also where something else has one', () => {
    const { parameters, apply } = moved(mlp({ key: key(1), width: 16 }));
    const network: Network<Tensor> = { parameters, apply: (at, told, shift) => add(apply(at, told, undefined), shift) };
    const fast = compiledNetwork(network, engines);
    const shift = normal(key(4), [3, 2]);
    const [weight] = [...parameters.values()];
    if (weight === undefined) throw new TypeError('the network has no parameter');
    expect(() => variableGrads(() => sum<Scalar>(fast.apply(x, noise, shift)))).toThrow(noGradient);
    expect(() => variableGrads(() => add<Scalar>(sum(fast.apply(x, noise, shift)), sum(square(weight))), [weight])).toThrow(
      noGradient,
    );
    expect(() => grad((told) => sum(fast.apply(x, reshape(told, [3]), shift)))(noise)).toThrow(noGradient);
    expect(() => grad((by) => add(sum(fast.apply(x, noise, by)), sum(by)))(shift)).toThrow(noGradient);
    expect(() => grad((at) => sum(fast.apply(at, noise, at)))(x)).toThrow(noGradient);
    expect(() => grads((at, by) => sum(fast.apply(at, noise, by)))([x, shift])).toThrow(noGradient);
    fast.dispose();
  });

  test('is refused when it is differentiated again', () => {
    const network = moved(mlp({ key: key(1), width: 16 }));
    const fast = compiledNetwork(network, engines);
    const slope = (at: Tensor): Tensor => grad((inner) => sum(fast.apply(inner, noise, undefined)))(at);
    expect(() => grad((at) => sum(square(slope(at))))(x)).toThrow(noGradient);
    expect(() => grad((at) => add(sum(square(slope(at))), sum(at)))(x)).toThrow(noGradient);
    expect(() => variableGrads(() => sum<Scalar>(slope(x)), [...network.parameters.values()])).toThrow(noGradient);
    // Where the outer gradient has nothing to do with it, it is a number.
    const outer = tidy(() => grad((scale) => sum(mul(scale, slope(x))))(scalar(1)).dataSync()[0] ?? Number.NaN);
    expect(outer).toBeCloseTo(
      tidy(() => sum(slope(x)).dataSync()[0] ?? Number.NaN),
      5,
    );
    fast.dispose();
  });

  test('names the operation that has no compiled gradient, and the network still works', () => {
    const network: Network = { parameters: new Map(), apply: (at) => maxPool(at as Tensor4D, 2, 2, 'same') };
    const fast = compiledNetwork(network, engines);
    const image = normal(key(5), [1, 4, 4, 1]);
    expect(() => grad((at) => sum(fast.apply(at, tensor1d([0]), undefined)))(image)).toThrow(
      expect.objectContaining({ code: 'kernel-unsupported', message: expect.stringContaining('MaxPoolGrad') }),
    );
    expect(fast.apply(image, tensor1d([0]), undefined).dataSync()).toEqual(maxPool(image as Tensor4D, 2, 2, 'same').dataSync());
    fast.dispose();
  });
});

describe('a compiled function', () => {
  const x = normal(key(3), [3, 2]);

  test('may be the gradient of a log-probability, as guidance by a classifier takes it', () => {
    const { parameters, apply } = moved(mlp({ key: key(2), width: 16, outputs: 4 }));
    type Inputs = { readonly x: Tensor; readonly noise: Tensor1D; readonly label: Tensor };
    const slope = ({ x, noise, label }: Inputs): Tensor =>
      grad((at) => sum(mul(logSoftmax(apply(at, noise, undefined)), oneHot(label, 4))))(x);
    const fast = compile(slope, { engine: engines[0], variables: parameters });
    tidy(() => {
      for (const scale of [1, 2]) {
        for (const parameter of parameters.values()) parameter.assign(mul(parameter, scale));
        const inputs = { x, noise: tensor1d([0.1, 0.5, 0.9]), label: tensor1d([2, 0, 3], 'int32') };
        expectSame(fast(inputs).dataSync<'float32'>(), slope(inputs).dataSync<'float32'>());
      }
    });
    fast.dispose();
  });

  test('has no gradient from outside, and says so', () => {
    const weight = scalar(2).variable();
    const fast = compile((at: Tensor) => ({ twice: mul(at, weight), same: concat([at]) }), {
      engine: engines[0],
      variables: new Map([['weight', weight]]),
    });
    expect(() => grad((at) => add(sum(fast(at).twice), sum(at)))(x)).toThrow(noGradient);
    expect(() => variableGrads(() => sum<Scalar>(fast(x).same), [weight])).toThrow(noGradient);
    const slope = grad((at) => add(sum(fast(x).twice), sum(at)))(normal(key(4), [3, 2]));
    expect([...slope.dataSync()]).toEqual(Array(6).fill(1));
    fast.dispose();
  });
});
