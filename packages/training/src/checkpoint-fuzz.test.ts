/** Checkpoints whose checksum is right and whose state is anything. */
import { encode, type TensorSource } from '@tweedie/weights';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { crc32 } from './internal/crc32.js';

const text = new TextEncoder();

/** A file with this state, signed as if it were a checkpoint's. */
function signed(state: string, data: Float32Array): Uint8Array {
  const tensors: ReadonlyMap<string, TensorSource> = new Map([['parameters.w', { shape: [data.length], data }]]);
  const described = crc32(text.encode(`parameters.w F32 ${data.length}`), crc32(text.encode(state)));
  const checksum = crc32(new Uint8Array(data.buffer), described).toString(16).padStart(8, '0');
  const metadata = new Map([
    ['tweedie.checkpoint', state],
    ['tweedie.checksum', checksum],
  ]);
  return encode(tensors, { metadata });
}

const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(-1, 0.5, 2 ** 53, 1e308, null, '[object Object]', [], {}));
const state = fc.record({
  format: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, odd),
  step: fc.oneof(fc.nat(), odd),
  key: fc.oneof(fc.constant([0, 1]), fc.array(fc.integer(), { maxLength: 3 }), odd),
  history: fc.oneof(fc.constant([{ step: 1, loss: 2 }]), fc.array(odd, { maxLength: 2 }), odd),
  pending: fc.oneof(fc.constant({ count: 0, sums: {} }), odd),
  memory: odd,
});
const states = fc.oneof(
  { weight: 4, arbitrary: state.map((each) => JSON.stringify(each)) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom('[', '{"step":').map((opening) => opening.repeat(50_000)) },
);

test('700 of them are read as they are, or refused with a code', () => {
  let read = 0;
  fc.assert(
    fc.property(states, fc.float32Array({ maxLength: 4 }), (json, data) => {
      const file = signed(json, data);
      try {
        const { tensors, ...rest } = decodeCheckpoint(file);
        expect({ format: 1, ...rest }).toEqual(JSON.parse(json));
        expect(decodeCheckpoint(encodeCheckpoint({ tensors, ...rest }))).toEqual({ tensors, ...rest });
        read++;
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^checkpoint-(corrupt|format)$/) });
      }
    }),
    { seed: 1, numRuns: 700, endOnFailure: true },
  );
  expect(read).toBeGreaterThan(5);
});
