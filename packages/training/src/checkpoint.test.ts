import { encode } from '@tweedie/weights';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { crc32 } from './internal/crc32.js';

const checkpoint: Checkpoint = {
  step: 17,
  key: [1, 4_294_967_295],
  tensors: new Map([
    ['parameters.w', { dtype: 'F32' as const, shape: [2, 2], data: new Float32Array([1, -2, 3e-42, Math.PI]) }],
    ['optimizer.m.w', { dtype: 'F32' as const, shape: [2, 2], data: new Float32Array([-0, 5, 6, 7]) }],
  ]),
  history: [
    { step: 10, loss: 0.1 },
    { step: 17, loss: Math.fround(0.3) },
  ],
  pending: { count: 3, sums: { loss: 0.7 } },
  memory: { counts: [1, 2, 3], scale: null },
};
const bytes = encodeCheckpoint(checkpoint);
const corrupt = expect.objectContaining({ code: 'checkpoint-corrupt' });

describe('checkpoints', () => {
  test('come back as they were', () => {
    expect(decodeCheckpoint(bytes)).toEqual({
      ...checkpoint,
      tensors: new Map([...checkpoint.tensors].sort(([a], [b]) => (a < b ? -1 : 1))),
    });
  });

  test('cut off anywhere, are corrupt', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow(corrupt);
  });

  test('with a flipped bit anywhere, are corrupt or the same', () => {
    const same = decodeCheckpoint(bytes);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (index, bit) => {
        const damaged = bytes.slice();
        damaged[index] = (damaged[index] ?? 0) ^ (1 << bit);
        let read: unknown;
        try {
          read = decodeCheckpoint(damaged);
        } catch (error) {
          expect(error).toEqual(corrupt);
          return;
        }
        expect(read).toEqual(same);
      }),
      { numRuns: 2000 },
    );
  });

  test('other files are no checkpoints', () => {
    expect(() => decodeCheckpoint(encode(checkpoint.tensors))).toThrow(corrupt);
    expect(() => decodeCheckpoint(new TextEncoder().encode('<html>not found</html>'))).toThrow(corrupt);
  });

  test('a later format is named as such', () => {
    const state = JSON.stringify({ format: 2 });
    const checksum = crc32(new TextEncoder().encode(state)).toString(16).padStart(8, '0');
    const later = encode(new Map(), {
      metadata: new Map([
        ['tweedie.checkpoint', state],
        ['tweedie.checksum', checksum],
      ]),
    });
    expect(() => decodeCheckpoint(later)).toThrow(expect.objectContaining({ code: 'checkpoint-format' }));
  });
});

test('crc32 has the check value of its standard, in one piece or two', () => {
  const digits = new TextEncoder().encode('123456789');
  expect(crc32(digits)).toBe(0xcbf43926);
  for (let cut = 0; cut <= 9; cut++) expect(crc32(digits.subarray(cut), crc32(digits.subarray(0, cut)))).toBe(0xcbf43926);
});
