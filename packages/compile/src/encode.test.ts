import { InferenceSession, Tensor } from 'onnxruntime-node';
import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import { encodeOnnx } from './encode.js';
import type { OnnxAttribute, OnnxModel, OnnxPort, OnnxTensor } from './onnx.js';

const port = (name: string, ...shape: (number | string)[]): OnnxPort => ({ name, type: 'float32', shape });
const floats = (shape: readonly number[], ...values: number[]): OnnxTensor => ({
  type: 'float32',
  shape,
  data: Float32Array.from(values),
});

function model(
  parts: Pick<OnnxModel, 'nodes' | 'inputs' | 'outputs'> & { initializers?: Record<string, OnnxTensor> },
): OnnxModel {
  return { ...parts, initializers: new Map(Object.entries(parts.initializers ?? {})), opsets: { '': 17, 'com.microsoft': 1 } };
}

/** One node from `x` to `y`. */
const unary = (op: string, attributes: Record<string, OnnxAttribute>, from: OnnxPort, to: OnnxPort) =>
  model({ nodes: [{ op, inputs: [from.name], outputs: [to.name], attributes }], inputs: [from], outputs: [to] });

async function run(encoded: OnnxModel, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(encodeOnnx(encoded), { logSeverityLevel: 4 });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
}
const tensor = (shape: readonly number[], ...values: number[]) => new Tensor('float32', Float32Array.from(values), shape);

describe('encodeOnnx', () => {
  it('writes attributes of every kind', async () => {
    const matrix = tensor([2, 3], 1, 2, 3, 4, 5, 6);
    const ints = unary('Transpose', { perm: { ints: [1, 0] } }, port('x', 2, 3), port('y', 3, 2));
    expect(await run(ints, { x: matrix })).toEqual({ y: [1, 4, 2, 5, 3, 6] });
    const negative = { axes: { ints: [-1] }, keepdims: { int: 0 } };
    expect(await run(unary('ReduceMean', negative, port('x', 2, 3), port('y', 2)), { x: matrix })).toEqual({ y: [2, 5] });
    const int = unary('LogSoftmax', { axis: { int: -2 } }, port('x', 2, 1), port('y', 2, 1));
    expect((await run(int, { x: tensor([2, 1], 5, 5) })).y?.[0]).toBeCloseTo(-Math.LN2, 6);
    const float = unary('LeakyRelu', { alpha: { float: 0.25 } }, port('x', 2), port('y', 2));
    expect(await run(float, { x: tensor([2], -8, 3) })).toEqual({ y: [-2, 3] });
    const text = unary(
      'MaxPool',
      { auto_pad: { string: 'SAME_UPPER' }, kernel_shape: { ints: [2] } },
      port('x', 1, 1, 3),
      port('y', 1, 1, 3),
    );
    expect(await run(text, { x: tensor([1, 1, 3], 1, 3, 2) })).toEqual({ y: [3, 3, 2] });
    const constant = model({
      nodes: [{ op: 'Constant', inputs: [], outputs: ['y'], attributes: { value: { tensor: floats([2], 0.5, -1.5) } } }],
      inputs: [],
      outputs: [port('y', 2)],
    });
    expect(await run(constant, {})).toEqual({ y: [0.5, -1.5] });
  });

  it('writes initializers of every type, parts of larger buffers too', async () => {
    const part = new Float32Array([9, 9, 10, 20, 9]).subarray(2, 4);
    const types = model({
      nodes: [
        { op: 'Where', inputs: ['mask', 'x', 'part'], outputs: ['chosen'] },
        { op: 'Gather', inputs: ['chosen', 'order'], outputs: ['turned'] },
        { op: 'Reshape', inputs: ['turned', 'column'], outputs: ['y'] },
      ],
      initializers: {
        mask: { type: 'bool', shape: [2], data: Uint8Array.of(0, 1) },
        part: { type: 'float32', shape: [2], data: part },
        order: { type: 'int32', shape: [2], data: Int32Array.of(-1, 0) },
        column: { type: 'int64', shape: [2], data: BigInt64Array.of(-1n, 1n) },
      },
      inputs: [port('x', 2)],
      outputs: [port('y', 2, 1)],
    });
    expect(await run(types, { x: tensor([2], 1, 2) })).toEqual({ y: [2, 10] });
  });

  it('leaves optional inputs out, and knows other domains', async () => {
    const parts = model({
      nodes: [
        { op: 'Clip', inputs: ['x', '', 'top'], outputs: ['low'] },
        {
          op: 'FusedMatMul',
          domain: 'com.microsoft',
          inputs: ['low', 'low'],
          outputs: ['y'],
          attributes: { transB: { int: 1 } },
        },
      ],
      initializers: { top: floats([], 2) },
      inputs: [port('x', 1, 2)],
      outputs: [port('y', 1, 1)],
    });
    expect(await run(parts, { x: tensor([1, 2], -3, 7) })).toEqual({ y: [13] });
  });

  it('writes lengths that are not fixed', async () => {
    const any = unary('Neg', {}, port('x', 'batch', 2), port('y', 'batch', 2));
    const session = await InferenceSession.create(encodeOnnx(any));
    const [input] = session.inputMetadata;
    expect(input?.isTensor === true && input.shape).toEqual(['batch', 2]);
    for (const batch of [1, 3]) {
      const { y } = await session.run({ x: new Tensor('float32', new Float32Array(batch * 2).fill(2), [batch, 2]) });
      expect(y?.dims).toEqual([batch, 2]);
      expect(y?.data).toEqual(new Float32Array(batch * 2).fill(-2));
    }
    await session.release();
  });

  it('names its producer and the version of the format', () => {
    const seen: Record<number, unknown> = {};
    const bytes = encodeOnnx(unary('Neg', {}, port('x', 2), port('y', 2)));
    new PbfReader(bytes).readFields((tag, found, reader) => {
      if (tag === 1) found[tag] = reader.readVarint();
      if (tag === 2) found[tag] = reader.readString();
    }, seen);
    expect(seen).toEqual({ 1: 8, 2: 'tweedie' });
  });

  it('carries metadata', () => {
    const metadata = { classes: '10', process: '{"kind":"variance-preserving"}' };
    const seen: Record<string, string> = {};
    const bytes = encodeOnnx({ ...unary('Neg', {}, port('x', 2), port('y', 2)), metadata });
    new PbfReader(bytes).readFields((tag, found, reader) => {
      if (tag !== 14) return;
      const entry: string[] = [];
      reader.readMessage((field, list) => {
        list[field - 1] = reader.readString();
      }, entry);
      found[entry[0] ?? ''] = entry[1] ?? '';
    }, seen);
    expect(seen).toEqual(metadata);
  });

  it('writes 32 MB of weights in one go', async () => {
    const count = 128;
    const length = 1 << 16;
    const weights = Array.from(
      { length: count },
      (_, i) => ({ type: 'float32', shape: [length], data: new Float32Array(length).fill(i) }) as const,
    );
    const large = model({
      nodes: [{ op: 'Sum', inputs: weights.map((_, i) => `w${i}`), outputs: ['y'] }],
      initializers: Object.fromEntries(weights.map((weight, i) => [`w${i}`, weight])),
      inputs: [],
      outputs: [port('y', length)],
    });
    const start = performance.now();
    const bytes = encodeOnnx(large);
    expect(performance.now() - start).toBeLessThan(2000); // some 20 ms
    expect(bytes.length).toBeLessThan(count * length * 4 + 10_000);
    expect((await run(large, {})).y?.at(-1)).toBe((count * (count - 1)) / 2);
  });
});
