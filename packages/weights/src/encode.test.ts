import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from './decode.js';
import type { StoredTensor, TypedArray } from './dtype.js';
import { encode, encodeChunks, encodeStream } from './encode.js';

const shapes = fc.array(fc.nat(4), { maxLength: 4 });
const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const ofBytes = (bytes: Uint8Array, make: (buffer: ArrayBuffer) => TypedArray) => make(bytes.slice().buffer);

/** Any tensor: raw bytes read as a type, so that NaNs and every bit pattern come up. */
const tensors: fc.Arbitrary<StoredTensor> = fc
  .record({
    shape: shapes,
    kind: fc.constantFrom(
      { dtype: 'F64', width: 8, make: (b: ArrayBuffer) => new Float64Array(b) } as const,
      { dtype: 'F32', width: 4, make: (b: ArrayBuffer) => new Float32Array(b) } as const,
      { dtype: 'I64', width: 8, make: (b: ArrayBuffer) => new BigInt64Array(b) } as const,
      { dtype: 'I32', width: 4, make: (b: ArrayBuffer) => new Int32Array(b) } as const,
      { dtype: 'BF16', width: 2, make: (b: ArrayBuffer) => new Uint16Array(b) } as const,
      { dtype: 'U8', width: 1, make: (b: ArrayBuffer) => new Uint8Array(b) } as const,
      { dtype: 'BOOL', width: 1, make: (b: ArrayBuffer) => new Uint8Array(b) } as const,
    ),
  })
  .chain(({ shape, kind }) =>
    fc
      .uint8Array({ minLength: size(shape) * kind.width, maxLength: size(shape) * kind.width })
      .map((bytes) => ({ dtype: kind.dtype, shape, data: ofBytes(bytes, kind.make) })),
  );
const names = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('a.b.weight', '__proto__', 'constructor', '0', '"\\'),
);
const files = fc.record({
  tensors: fc
    .array(
      fc.tuple(
        names.filter((name) => name !== '__metadata__'),
        tensors,
      ),
      { maxLength: 6 },
    )
    .map((pairs) => new Map(pairs)),
  metadata: fc.array(fc.tuple(names, fc.string({ unit: 'binary' })), { maxLength: 3 }).map((pairs) => new Map(pairs)),
});

const bits = ({ data }: StoredTensor) => [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

describe('encode', () => {
  test('what was written is read, to the bit', () => {
    fc.assert(
      fc.property(files, ({ tensors, metadata }) => {
        const read = decode(encode(tensors, { metadata }));
        expect(new Map(read.metadata)).toEqual(metadata);
        expect([...read.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
        for (const [name, tensor] of tensors) {
          const back = read.tensors.get(name);
          expect({ dtype: back?.dtype, shape: back?.shape, bits: back && bits(back) }).toEqual({
            dtype: tensor.dtype,
            shape: tensor.shape,
            bits: bits(tensor),
          });
          expect(back?.data.constructor).toBe(tensor.data.constructor);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the order in which tensors are given does not change a byte', () => {
    fc.assert(
      fc.property(files, ({ tensors, metadata }) => {
        const reversed = new Map([...tensors].reverse());
        expect(encode(reversed, { metadata: new Map([...metadata].reverse()) })).toEqual(encode(tensors, { metadata }));
      }),
    );
  });

  test('a file is the bytes that the format page describes', () => {
    const file = encode(new Map([['a', { shape: [2], data: new Float32Array([1, -2]) }]]), { metadata: new Map([['k', 'v']]) });
    const json = '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const padded = json.padEnd(Math.ceil(json.length / 8) * 8);
    expect([...file.subarray(0, 8)]).toEqual([padded.length, 0, 0, 0, 0, 0, 0, 0]);
    expect(new TextDecoder().decode(file.subarray(8, 8 + padded.length))).toBe(padded);
    expect([...file.subarray(8 + padded.length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  test('data is aligned to its element size and not copied', () => {
    const data = new Float64Array([1]);
    const chunks = [
      ...encodeChunks(
        new Map([
          ['bytes', { shape: [3], data: new Uint8Array(3) }],
          ['z', { shape: [], data }],
        ]),
      ),
    ];
    expect(chunks[0]?.byteLength).toSatisfy((length: number) => length % 8 === 0);
    expect(chunks[1]?.buffer).toBe(data.buffer);
  });

  test('tensors loaded one at a time give the same file', async () => {
    const sources = new Map([
      ['w', new Float32Array([1, 2])],
      ['b', new Float32Array([3])],
    ] as const);
    const order: string[] = [];
    const load = async (name: string, data: Float32Array) => {
      order.push(name);
      return data;
    };
    const lazy = new Map(
      [...sources].map(([name, data]) => [name, { dtype: 'F32' as const, shape: [data.length], load: () => load(name, data) }]),
    );
    const chunks: Uint8Array[] = [];
    for await (const chunk of encodeStream(lazy)) {
      chunks.push(chunk);
      expect(order.length).toBeLessThanOrEqual(chunks.length);
    }
    expect(Buffer.concat(chunks)).toEqual(
      Buffer.from(encode(new Map([...sources].map(([name, data]) => [name, { shape: [data.length], data }])))),
    );
  });

  test.each([
    ['name-reserved', () => encode(new Map([['__metadata__', { shape: [1], data: new Float32Array(1) }]]))],
    ['size-mismatch', () => encode(new Map([['a', { shape: [2, 2], data: new Float32Array(3) }]]))],
    ['dtype-mismatch', () => encode(new Map([['a', { shape: [2], dtype: 'F16' as const, data: new Float32Array(2) }]]))],
    ['shape-invalid', () => encode(new Map([['a', { shape: [-1, -1], data: new Float32Array(1) }]]))],
  ])('refuses with %s', (code, run) => {
    expect(run).toThrow(expect.objectContaining({ code }));
  });
});
