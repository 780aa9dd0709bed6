import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from './decode.js';
import { encode } from './encode.js';

function file(header: unknown, data = 0, length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.byteLength + data);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.byteLength), true);
  bytes.set(json, 8);
  return bytes;
}

const f32 = (begin: number, end: number, shape: unknown = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('decode refuses', () => {
  test.each([
    ['header-truncated', 'an empty file', new Uint8Array(0)],
    ['header-truncated', 'a file of 7 bytes', new Uint8Array(7)],
    ['header-truncated', 'a header beyond the end', file({}, 0, 50n)],
    ['header-too-long', 'a header of 2^63 bytes', file({}, 0, 2n ** 63n)],
    ['header-not-json', 'broken JSON', file('{"a":')],
    ['header-not-json', 'an array', file('[]')],
    ['header-not-json', 'a header that starts with a space', file(' {}')],
    ['header-not-json', 'invalid UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe)],
    ['metadata-malformed', 'metadata that is not text', file({ __metadata__: { a: 1 } })],
    ['tensor-malformed', 'a tensor that is a number', file({ a: 1 })],
    ['tensor-malformed', 'a fractional shape', file({ a: f32(0, 4, [0.5]) }, 4)],
    ['tensor-malformed', 'a shape that is no list', file({ a: f32(0, 4, 1) }, 4)],
    ['tensor-malformed', 'negative offsets', file({ a: f32(-4, 0) }, 4)],
    ['tensor-malformed', 'offsets in reverse', file({ a: f32(4, 0) }, 4)],
    ['tensor-malformed', 'three offsets', file({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 8] } }, 4)],
    ['dtype-unknown', 'an unknown dtype', file({ a: { dtype: 'F4', shape: [1], data_offsets: [0, 4] } }, 4)],
    ['dtype-unknown', 'a dtype that every object has', file({ a: { dtype: 'toString', shape: [1], data_offsets: [0, 4] } }, 4)],
    ['size-mismatch', 'a shape that needs more bytes', file({ a: f32(0, 4, [2]) }, 4)],
    ['size-mismatch', 'a shape beyond all memory', file({ a: f32(0, 4, [2 ** 40, 2 ** 40]) }, 4)],
    ['offsets-overlap', 'two tensors in one place', file({ a: f32(0, 8), b: f32(4, 12) }, 12)],
    ['offsets-hole', 'bytes between tensors', file({ a: f32(0, 4), b: f32(8, 12) }, 12)],
    ['offsets-hole', 'bytes before the first', file({ a: f32(4, 8) }, 8)],
    ['data-truncated', 'a tensor beyond the end', file({ a: f32(0, 8) }, 4)],
    ['data-trailing', 'bytes after the last', file({ a: f32(0, 4) }, 5)],
    ['name-duplicate', 'a name twice', file(`{"a":${JSON.stringify(f32(0, 4))},"\\u0061":${JSON.stringify(f32(0, 4))}}`, 4)],
  ])('%s: %s', (code, _, bytes) => {
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code }));
  });

  test('a file cut anywhere', () => {
    const whole = encode(
      new Map([
        ['a', { shape: [3], data: new Float32Array(3) }],
        ['b', { shape: [2], data: new Uint8Array(2) }],
      ]),
    );
    for (let length = 0; length < whole.byteLength; length++)
      expect(() => decode(whole.subarray(0, length)), `${length} bytes`).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/truncated/) }),
      );
  });

  test('random bytes, with a code and never with a crash', () => {
    const headers = fc.oneof(
      fc.json(),
      fc.dictionary(
        fc.string(),
        fc.record({
          dtype: fc.constantFrom('F32', 'U8', 'X'),
          shape: fc.array(fc.integer()),
          data_offsets: fc.array(fc.integer()),
        }),
      ),
    );
    fc.assert(
      fc.property(headers, fc.nat(16), (header, data) => {
        try {
          decode(file(header, data));
        } catch (error) {
          expect(error).toHaveProperty('code');
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('names inside metadata and inside values do not count as repeated names', () => {
  const bytes = file({ __metadata__: { a: 'b', dtype: '{"a":[' }, a: f32(0, 4), dtype: f32(4, 8) }, 8);
  expect([...decode(bytes).tensors.keys()]).toEqual(['a', 'dtype']);
});

test('an unaligned file is read all the same', () => {
  const bytes = encode(new Map([['a', { shape: [2], data: new Float32Array([1.5, -7]) }]]));
  const shifted = new Uint8Array(bytes.byteLength + 1);
  shifted.set(bytes, 1);
  expect(decode(shifted.subarray(1)).tensors.get('a')?.data).toEqual(new Float32Array([1.5, -7]));
});
