import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from '@tweedie/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Impure, impure } from '../test/impure.js';
import type { Graph, TensorSpec } from './graph.js';
import { lower } from './lower.js';
import { type Traceable, trace } from './trace.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const SPEC: TensorSpec = { shape: [2, 4, 4, 2], dtype: 'float32' };
const traced = (fn: Impure): Graph => trace({ inputs: { x: SPEC } }, ({ x }, output) => output('y', fn(x as tf.Tensor)));
const opsOf = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op);

/** Expects that something leaves tfjs as it was: the backend, tensors, bytes. */
function unchanged(run: () => void): void {
  const before = tf.memory();
  run();
  expect(tf.getBackend()).toBe('cpu');
  const { numTensors, numBytes, numDataBuffers } = tf.memory();
  expect({ numTensors, numBytes, numDataBuffers }).toEqual({
    numTensors: before.numTensors,
    numBytes: before.numBytes,
    numDataBuffers: before.numDataBuffers,
  });
}

function caught(run: () => unknown): Error & { readonly code?: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

describe('a function that cannot be compiled', () => {
  const file = fileURLToPath(new URL('../test/impure.ts', import.meta.url));
  const lines = readFileSync(file, 'utf8').split('\n');

  test.each(Object.entries(impure))('is refused with the place: %s', (_, { code, line, fn }) => {
    unchanged(() => {
      const error = caught(() => traced(fn));
      expect(error).toMatchObject({ code });
      const [, number] = /impure\.ts:(\d+):\d+/.exec(error.message) ?? [];
      expect(lines[Number(number) - 1], error.message).toContain(line);
    });
  });

  test('names the operation', () => {
    expect(caught(() => traced((x) => tf.topk(x, 1).values)).message).toMatch(/\bTopK\b/);
    expect(caught(() => traced((x) => tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 4, 1]), 1, 'valid', 'NCHW'))).message).toMatch(
      /NCHW/,
    );
  });

  test.each<[string, (x: tf.Tensor) => unknown]>([
    ['it awaits nothing', async (x) => tf.neg(x)],
    ['it awaits data', async (x) => tf.mul(x, (await x.data())[0] ?? 0)],
    ['it awaits the shape of where', async (x) => tf.whereAsync(tf.cast(x, 'bool'))],
    ['it awaits the shape of booleanMask', (x) => tf.booleanMaskAsync(x, tf.cast(x, 'bool'))],
  ])('is refused if asynchronous: %s', async (_, fn) => {
    unchanged(() => {
      const asynchronous: Traceable = ({ x }) => fn(x as tf.Tensor) as never;
      expect(caught(() => trace({ inputs: { x: SPEC } }, asynchronous))).toMatchObject({ code: 'function-asynchronous' });
    });
    // Were its own failure not caught, the run of all tests would fail.
    await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test('is refused if it assigns to a variable, which keeps its value', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    unchanged(() => {
      const error = caught(() =>
        traced((x) => {
          variable.assign(tf.mul(variable, 2));
          return x;
        }),
      );
      expect(error).toMatchObject({ code: 'variable-assigned', message: expect.stringMatching(/trace\.test\.ts:\d+/) });
      expect([...variable.dataSync()]).toEqual([1, 2]);
    });
    variable.dispose();
  });

  test('is refused if it does something else each time', () => {
    let calls = 0;
    const changing: Impure[] = [
      (x) => (calls++ % 2 === 0 ? tf.exp(x) : tf.neg(x)),
      (x) => tf.slice(x, [0, calls++ % 2, 0, 0], [1, 1, 1, 1]),
    ];
    for (const fn of changing) expect(caught(() => traced(fn))).toMatchObject({ code: 'function-differs' });
  });

  test('is refused if it gives nothing, or traces', () => {
    unchanged(() => {
      expect(caught(() => trace({ inputs: { x: SPEC } }, () => undefined))).toMatchObject({ code: 'no-output' });
      expect(caught(() => traced(() => void traced(tf.neg) as never))).toMatchObject({ code: 'trace-nested' });
      expect(
        caught(() =>
          traced(() => {
            throw new RangeError('of its own');
          }),
        ),
      ).toEqual(new RangeError('of its own'));
    });
    expect(opsOf(traced(tf.neg))).toEqual(['Neg']);
  });

  test('may keep a tensor, but that has no values', () => {
    const kept: tf.Tensor[] = [];
    traced((x) => {
      kept.push(tf.keep(tf.neg(x)));
      return x;
    });
    const [tensor] = kept as [tf.Tensor];
    for (const use of [() => tensor.dataSync(), () => tf.add(tensor, 1)])
      expect(['tensor-escaped', 'traced-tensor-read']).toContain(caught(use).code);
    tf.dispose(kept);
  });
});

describe('the graph', () => {
  test('leaves tfjs as it was', () => {
    const outside = tf.tensor1d([1, 2]);
    unchanged(() => {
      const graph = traced((x) => tf.tidy(() => tf.grad((x) => tf.sum(tf.mul(tf.square(x), outside)))(x)));
      expect(graph.outputs.get('y')?.shape).toEqual(SPEC.shape);
    });
    outside.dispose();
  });

  test('has inputs that nothing uses, and outputs that are inputs', () => {
    const graph = trace({ inputs: { x: SPEC, idle: { shape: [3], dtype: 'int32' } } }, ({ x }, output) =>
      output('y', x as tf.Tensor),
    );
    expect([...graph.inputs.keys()]).toEqual(['x', 'idle']);
    expect(graph.outputs.get('y')).toBe(graph.inputs.get('x'));
    expect(graph.nodes).toEqual([]);
  });

  test('has equal operations once, also those of two gradients', () => {
    expect(opsOf(traced((x) => tf.add(tf.exp(x), tf.exp(x))))).toEqual(['Exp', 'Add']);
    const twice = traced((x) => {
      const f = (x: tf.Tensor): tf.Tensor => tf.tanh(tf.sin(x));
      return tf.mul(tf.grad(f)(x), f(x));
    });
    expect(opsOf(twice).filter((op) => op === 'Tanh' || op === 'Sin')).toEqual(['Sin', 'Tanh']);
  });

  test('has one change of shape for several', () => {
    expect(opsOf(traced((x) => tf.reshape(tf.reshape(tf.reshape(x, [8, 8]), [4, 16]), [64])))).toEqual(['Reshape']);
  });

  test('has no operation that its outputs do not need', () => {
    expect(opsOf(traced((x) => [tf.exp(x), tf.neg(x)][1] as tf.Tensor))).toEqual(['Neg']);
  });

  test.each<[string, Impure, string[]]>([
    ['a product with ones', (x) => tf.mul(tf.onesLike(x), tf.mul(x, 1)), []],
    ['a sum with zeros', (x) => tf.sub(tf.add(tf.zerosLike(x), tf.add(x, 0)), 0), []],
    ['a quotient by one, a power of one', (x) => tf.pow(tf.div(x, 1), 1), []],
    ['two signs', (x) => tf.neg(tf.mul(x, -1)), []],
    ['a square', (x) => tf.pow(x, 2), ['Mul']],
    ['shapes that come back', (x) => tf.reshape(tf.reshape(tf.reshape(x, [8, 8]), [64]), [2, 4, 4, 2]), []],
    ['a transposition of nothing', (x) => tf.transpose(x, [0, 1, 2, 3]), []],
    [
      'the whole as a part',
      (x) =>
        tf.pad(tf.slice(tf.concat([x], 0), 0), [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
        ]),
      [],
    ],
    ['casts to the same', (x) => tf.cast(x, 'float32'), []],
    ['arithmetic of constants', (x) => tf.mul(x, tf.sqrt(tf.add(tf.mul(tf.scalar(3), 5), 1))), ['Mul']],
    ['sums of what is only repeated', (x) => tf.sum(tf.mul(tf.ones([5, 7]), tf.sum(x))), ['ReduceSum', 'Mul']],
    ['means of what is only repeated', (x) => tf.mean(tf.mul(tf.ones([5, 7]), tf.sum(x))), ['ReduceSum']],
    ['the gradient of a mean', (x) => tf.grad((x) => tf.mean(tf.square(x)))(x), ['Mul', 'Mul']],
  ])('is simplified: %s', (_, fn, ops) => {
    const graph = traced(fn);
    // Reshaping is free
    expect(
      opsOf(graph)
        .filter((op) => op !== 'Reshape')
        .toSorted(),
    ).toEqual(ops.toSorted());
  });

  test('does not write out broadcasts of a training step', () => {
    const shapes = { x: [8, 3], w: [3, 5], b: [5], v: [5, 2] };
    const inputs = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]),
    );
    const graph = trace({ inputs }, ({ x, w, b, v }, output) => {
      const all = [x, w, b, v] as tf.Tensor[];
      const loss = (...[x, w, b, v]: tf.Tensor[]): tf.Tensor =>
        tf.mean(
          tf.square(tf.matMul(tf.sigmoid(tf.add(tf.matMul(x as tf.Tensor, w as tf.Tensor), b as tf.Tensor)), v as tf.Tensor)),
        );
      for (const [i, gradient] of tf.grads(loss)(all).entries()) output(`${i}`, gradient);
    });
    expect(opsOf(graph)).not.toContain('Broadcast');
    expect(lower(graph).nodes.map(({ op }) => op)).not.toContain('Expand');
  });

  test('has what is found outside as constants, and declared variables as inputs', () => {
    const [tensor, frozen, free] = [tf.tensor1d([1, 2]), tf.variable(tf.tensor1d([3, 4])), tf.variable(tf.tensor1d([5, 6]))];
    const graph = trace({ inputs: { x: SPEC }, variables: new Map([['free', free]]) }, ({ x }, output) =>
      output('y', tf.mul(tf.add(tf.add(x as tf.Tensor, tensor), frozen), free)),
    );
    expect([...graph.inputs.keys()]).toEqual(['x', 'free']);
    const constants = graph.nodes.flatMap(({ inputs }) =>
      inputs.flatMap(({ source }) => (source.kind === 'constant' ? [[...source.data]] : [])),
    );
    expect(constants).toEqual([
      [1, 2],
      [3, 4],
    ]);
    tf.dispose([tensor, frozen, free]);
  });

  test('may make variables that it does not change, and dispose of its tensors', () => {
    unchanged(() => {
      const graph = traced((x) => {
        const y = tf.exp(x);
        const z = tf.neg(y);
        y.dispose();
        return z;
      });
      expect(opsOf(graph)).toEqual(['Exp', 'Neg']);
    });
  });
});
