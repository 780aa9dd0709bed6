/** Files that lie: whatever they hold, each way of reading gives the same tensors or an error with a code, in no more memory than they take. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode } from './decode.js';
import { encode } from './encode.js';
import { open } from './read.js';
import { decodeStream } from './stream.js';

const text = new TextEncoder();
const SLACK = 2 ** 20; // of memory: text, small objects

function file(header: string, data: Uint8Array, length?: bigint): Uint8Array {
  const json = text.encode(header);
  const bytes = new Uint8Array(8 + json.byteLength + data.byteLength);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.byteLength), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.byteLength);
  return bytes;
}

const whole = encode(
  new Map([
    ['weights', { shape: [2, 3], data: new Float32Array(6).fill(1.5) }],
    ['steps', { shape: [], data: new BigInt64Array([7n]) }],
    ['mask', { shape: [3], data: new Uint8Array(3), dtype: 'BOOL' as const }],
  ]),
  { metadata: new Map([['format', 'pt']]) },
);
const data = fc.uint8Array({ maxLength: 64 });
const nat = fc.oneof(
  fc.nat(64),
  fc.constantFrom('NaN', 'Infinity', -1, 0.5, 1e308, '1e999', 2 ** 31, 2 ** 40, 2 ** 53, '[]', 'null'),
);
const numbers = fc.array(nat, { maxLength: 4 }).map((items) => `[${items}]`);
const dtype = fc.constantFrom('F32', 'F16', 'BF16', 'U8', 'I64', 'BOOL', 'F4', '__proto__', 'toString');
const tensor = fc
  .tuple(
    dtype,
    numbers,
    fc.oneof(
      numbers,
      fc.tuple(fc.nat(64), fc.nat(64)).map((pair) => `[${pair}]`),
    ),
  )
  .map(([type, shape, offsets]) => `{"dtype":"${type}","shape":${shape},"data_offsets":${offsets}}`);
const nested = fc
  .tuple(fc.constantFrom('[', '{"a":'), fc.constantFrom(1, 100, 20_000), fc.boolean())
  .map(([opening, depth, closed]) => opening.repeat(depth) + (closed ? (opening === '[' ? ']' : '1}').repeat(depth) : ''));
const name = fc.constantFrom('a', 'b', '\\u0061', '__metadata__', '__proto__', 'constructor', '', '\\ud800');
const header = fc
  .array(fc.tuple(name, fc.oneof({ weight: 6, arbitrary: tensor }, fc.json(), nested)), { maxLength: 4 })
  .map((entries) => `{${entries.map(([key, value]) => `"${key}":${value}`)}}`);
const length = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 300n }),
  fc.constant(100_000_000n),
);
const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
  const changed = whole.slice();
  for (const [at, byte] of changes) changed[at] = byte;
  return changed;
});
const sound = fc.tuple(fc.nat(40), fc.constantFrom(-1, 0, 0, 0, 1)).map(([size, more]) => {
  const range = `[0,${size}]`;
  return file(`{"a":{"dtype":"U8","shape":[${size}],"data_offsets":${range}}}`, new Uint8Array(Math.max(0, size + more)));
});
const files = fc.oneof(
  sound,
  fc.uint8Array({ maxLength: 100 }),
  fc.nat(whole.length).map((end) => whole.slice(0, end)),
  flips,
  fc.tuple(header, data).map(([json, rest]) => file(json, rest)),
  fc.tuple(header, data, length).map(([json, rest, claimed]) => file(json, rest, claimed)),
);

/** What a way of reading makes of a file: its tensors, or that it is refused. */
async function outcome(read: () => unknown): Promise<unknown> {
  const before = process.memoryUsage().arrayBuffers;
  try {
    return await read();
  } catch (error) {
    expect(error).toMatchObject({
      code: expect.stringMatching(/^[a-z]+(-[a-z]+)+$/),
      message: expect.stringMatching(/^.{1,400}$/s),
    });
    return 'refused';
  } finally {
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(SLACK);
  }
}

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('2,000 files: whole, in pieces, and tensor by tensor', { timeout: 60_000 }, async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
      const whole = await outcome(() => decode(bytes).tensors);
      const streamed = await outcome(async () => {
        const tensors = new Map();
        for await (const [key, value] of (await decodeStream(pieces(bytes, size))).contents) tensors.set(key, value);
        return tensors;
      });
      const single = await outcome(async () => {
        const source = { size: bytes.length, read: (from: number, count: number) => bytes.slice(from, from + count) };
        const reader = await open(source);
        return new Map(await Promise.all([...reader.tensors.keys()].map(async (key) => [key, await reader.read(key)] as const)));
      });
      expect(streamed).toEqual(whole);
      expect(single).toEqual(whole);
      if (whole !== 'refused') read++;
    }),
    { seed: 1, numRuns: 2000, endOnFailure: true },
  );
  expect(read).toBeGreaterThan(100); // some are sound
});

test('names and metadata of any length', () => {
  const long = 'x"\\'.repeat(4_000_000);
  const { metadata } = decode(encode(new Map(), { metadata: new Map([['long', long]]) }));
  expect(metadata.get('long')).toBe(long);
});
