import '@tensorflow/tfjs-backend-cpu';
import { memory, mul, reshape, setBackend, tensor1d, variable, variableGrads } from '@tensorflow/tfjs-core';
import { compiled } from '@tweedie/compile';
import { onnxRuntime } from '@tweedie/compile/node';
import { disposeAll, key, type Network, normal, registerGradients } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { mlp } from '@tweedie/networks';
import { epsilon, v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { beforeAll, describe, expect, it } from 'vitest';
import { diffusionLoss, pseudoHuber, unweighted } from './index.js';

beforeAll(async () => {
  registerGradients();
  await setBackend('cpu');
});

const process = variancePreserving(clamped(cosine(), { min: -9, max: 9 }));
const of = (squares: number[], c: number): number[] => [...pseudoHuber(tensor1d(squares), c).dataSync()];

describe('pseudoHuber', () => {
  it('has its legs where √(q + c²) is whole', () => {
    expect(of([0, 16, 144], 3)).toEqual([0, 2, Math.fround(Math.sqrt(153) - 3)]); // 3-4-5
  });

  it('is a parabola near zero, without cancellation, and a line far away', () => {
    const [small = 0, large = 0] = of([1e-12, 1e8], 0.01);
    expect(small / (1e-12 / 0.02)).toBeCloseTo(1, 6);
    expect(large / (1e4 - 0.01)).toBeCloseTo(1, 6);
  });

  it('leaves exactly its result', () => {
    const squares = tensor1d([1, 2]);
    const before = memory().numTensors;
    pseudoHuber(squares, 1).dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('as an option of diffusionLoss', () => {
  const theta = variable(tensor1d([0.7]));
  const linear: Network = { parameters: new Map([['theta', theta]]), apply: (x) => mul(x, theta) };
  const training = { network: linear, process, parameterization: v(), weighting: unweighted(v()) };

  it('bends the loss of each example, and leaves no outlier its pull', async () => {
    const [plain, robust] = [diffusionLoss(training), diffusionLoss({ ...training, pseudoHuber: 0.5 })];
    const x = normal(key(0), [16, 3]);
    const inputs = await plain.prepare({ x }, key(1));
    const squares = [...(plain.evaluate(inputs).perExample?.dataSync() ?? [])];
    const bent = [...(robust.evaluate(inputs).perExample?.dataSync() ?? [])];
    expect(bent).toHaveLength(16);
    bent.forEach((loss, i) => {
      expect(loss).toBeCloseTo(Math.hypot(Math.sqrt(squares[i] ?? 0), 0.5) - 0.5, 5);
    });
    // the slope by θ of √(q + c²) is q'/(2√(q + c²)): by central difference
    const value = (at: number): number => {
      theta.assign(tensor1d([at]));
      return robust.evaluate(inputs).loss.dataSync()[0] ?? Number.NaN;
    };
    const expected = (value(0.71) - value(0.69)) / 0.02;
    theta.assign(tensor1d([0.7]));
    const { grads } = variableGrads(() => robust.evaluate(inputs).loss, [theta]);
    expect((grads[theta.name]?.dataSync()[0] ?? Number.NaN) / expected).toBeCloseTo(1, 2);
  });

  it('means the same whatever is predicted', async () => {
    // a network that predicts v, and the ε that its v means: ε = α·v + σ·x
    const asEpsilon: Network = {
      parameters: new Map(),
      apply(x, noise) {
        const angles = [...noise.dataSync()].map((n) => (Math.PI * n) / 2);
        const gains = Float32Array.from(angles, (angle) => 0.7 * Math.cos(angle) + Math.sin(angle));
        return mul(x, reshape(tensor1d(gains), [-1, 1]));
      },
    };
    const losses = async (options: {
      readonly network: Network;
      readonly parameterization: typeof training.parameterization;
    }) => {
      const objective = diffusionLoss({ ...training, ...options, pseudoHuber: 0.1 });
      return objective.evaluate(await objective.prepare({ x: normal(key(2), [8, 2]) }, key(3))).perExample?.dataSync() ?? [];
    };
    const other = await losses({ network: asEpsilon, parameterization: epsilon() });
    Array.from(await losses({ network: linear, parameterization: v() })).forEach((loss, i) => {
      expect(loss).toBeCloseTo(other[i] ?? Number.NaN, 4);
    });
  });

  it('compiles, with its gradients', async () => {
    const engine = await onnxRuntime({ threads: 1 });
    const network = mlp({ key: key(4), width: 8 });
    const objective = diffusionLoss({ ...training, network, pseudoHuber: 0.00054 });
    const inputs = await objective.prepare({ x: normal(key(5), [8, 2]) }, key(6));
    const { loss, perExample, gradients } = await compiled(engine)(objective)(inputs);
    const { value, grads } = variableGrads(() => objective.evaluate(inputs).loss, [...network.parameters.values()]);
    expect(loss.dataSync()[0]).toBeCloseTo(value.dataSync()[0] ?? Number.NaN, 5);
    for (const [name, parameter] of network.parameters) {
      const [ours = [], eager = []] = [gradients[name]?.dataSync(), grads[parameter.name]?.dataSync()];
      expect(ours.length).toBe(parameter.size);
      Array.from(ours).forEach((gradient, i) => {
        expect(gradient).toBeCloseTo(eager[i] ?? Number.NaN, 4);
      });
    }
    disposeAll(loss, perExample, gradients);
    await engine.close();
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses c = %s', (c) => {
    expect(() => diffusionLoss({ ...training, pseudoHuber: c })).toThrow(
      expect.objectContaining({ code: 'pseudo-huber-not-positive' }),
    );
  });
});
