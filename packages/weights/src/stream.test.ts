import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode } from './encode.js';
import { blobSource, open } from './read.js';
import { decodeStream } from './stream.js';

const tensors = new Map([
  ['w', { shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) }],
  ['mask', { shape: [5], dtype: 'BOOL' as const, data: new Uint8Array([1, 0, 1, 1, 0]) }],
  ['empty', { shape: [0, 7], data: new Int32Array(0) }],
]);
const bytes = encode(tensors, { metadata: new Map([['format', 'pt']]) });

async function readAll(chunks: Iterable<Uint8Array>) {
  const { metadata, contents } = await decodeStream(chunks);
  const found = new Map<string, unknown>();
  for await (const [name, { data }] of contents) found.set(name, data);
  return { metadata, found };
}

describe('decodeStream', () => {
  test('reads chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.byteLength)), async (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.byteLength];
        const { metadata, found } = await readAll(edges.slice(1).map((end, i) => bytes.subarray(edges[i], end)));
        expect(metadata.get('format')).toBe('pt');
        expect(found).toEqual(new Map([...tensors].map(([name, { data }]) => [name, data])));
      }),
    );
  });

  test('a stream that ends early or goes on is refused, wherever it is cut', async () => {
    for (let length = 0; length < bytes.byteLength; length++)
      await expect(readAll([bytes.subarray(0, length)])).rejects.toMatchObject({ code: expect.stringMatching(/truncated/) });
    await expect(readAll([bytes, new Uint8Array(1)])).rejects.toMatchObject({ code: 'data-trailing' });
  });

  test('stopping early closes the source', async () => {
    let closed = false;
    function* source() {
      try {
        yield bytes;
        yield bytes;
      } finally {
        closed = true;
      }
    }
    const { contents } = await decodeStream(source());
    for await (const _ of contents) break;
    expect(closed).toBe(true);
  });
});

describe('open', () => {
  test('reads single tensors, and only the bytes it needs', async () => {
    const ranges: (readonly number[])[] = [];
    const reader = await open({
      size: bytes.byteLength,
      read: (offset, length) => {
        ranges.push([offset, length]);
        return bytes.slice(offset, offset + length);
      },
    });
    expect(reader.tensors.get('w')).toMatchObject({ dtype: 'F32', shape: [2, 3] });
    expect((await reader.read('w')).data).toEqual(tensors.get('w')?.data);
    expect(ranges.at(-1)?.[1]).toBe(24);
    await expect(reader.read('x')).rejects.toMatchObject({ code: 'tensor-missing' });
  });

  test('reads a Blob', async () => {
    const reader = await open(blobSource(new Blob([bytes.slice()])));
    expect((await reader.read('mask')).data).toEqual(tensors.get('mask')?.data);
  });

  test('a source shorter than it says is an error', async () => {
    await expect(open({ size: bytes.byteLength, read: () => new Uint8Array(3) })).rejects.toMatchObject({
      code: 'data-truncated',
    });
  });
});
