import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, tensor1d, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { decode, encode } from '@tweedie/weights';
import { beforeAll, describe, expect, test } from 'vitest';
import { assignParameters, copyParameters, exchangeParameters, readParameters } from './parameters.js';

beforeAll(() => setBackend('cpu'));

const parametersOf = (values: Record<string, number[]>): ReadonlyMap<string, Variable> =>
  new Map(Object.entries(values).map(([name, value]) => [name, tidy(() => variable(tensor1d(value)))]));
const valuesIn = (variable: Variable | undefined) => [...(variable?.dataSync() ?? [])];

describe('parameters', () => {
  test('copies and exchanges values', () => {
    const [a, b] = [parametersOf({ w: [1, 2] }), parametersOf({ w: [3, 4] })];
    const before = memory().numTensors;
    exchangeParameters(a, b);
    expect([valuesIn(a.get('w')), valuesIn(b.get('w'))]).toEqual([
      [3, 4],
      [1, 2],
    ]);
    exchangeParameters(a, b);
    expect([valuesIn(a.get('w')), valuesIn(b.get('w'))]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    copyParameters(a, b);
    a.get('w')?.assign(tensor1d([9, 9]));
    expect(valuesIn(b.get('w'))).toEqual([1, 2]);
    expect(memory().numTensors).toBe(before + 1); // the tensor of this test
  });

  test('go through a file', async () => {
    const parameters = parametersOf({ a: [0.1, 2], b: [3] });
    const values = await readParameters(parameters);
    parameters.get('a')?.assign(tensor1d([0, 0]));
    expect(values.get('a')?.data).toEqual(new Float32Array([0.1, 2]));
    const before = memory().numTensors;
    assignParameters(parameters, decode(encode(values)).tensors);
    expect(memory().numTensors).toBe(before);
    expect(valuesIn(parameters.get('a'))).toEqual([Math.fround(0.1), 2]);
    const half = { dtype: 'F16' as const, shape: [1], data: Uint16Array.of(0x3c00) };
    assignParameters(parameters, new Map([...values, ['b', half]]));
    expect(valuesIn(parameters.get('b'))).toEqual([1]);
  });

  test('of another kind are refused, and nothing is changed', async () => {
    const differ = expect.objectContaining({ code: 'parameters-differ' });
    const one = parametersOf({ v: [1], w: [1] });
    expect(() => copyParameters(one, parametersOf({ v: [1] }))).toThrow(differ);
    expect(() => exchangeParameters(one, parametersOf({ v: [1], w: [1], x: [1] }))).toThrow(differ);
    const other = await readParameters(parametersOf({ v: [5], w: [1, 2] }));
    expect(() => assignParameters(one, other)).toThrow(differ);
    expect(valuesIn(one.get('v'))).toEqual([1]);
  });
});
