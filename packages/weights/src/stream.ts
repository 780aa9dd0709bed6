/** Reading safetensors as they arrive, a tensor at a time: from a download, or a file larger than memory. */
import { elements, type StoredTensor } from './dtype.js';
import { type Header, headerLength, parseHeader } from './header.js';
import { invalid } from './internal/invalid.js';
import { shown } from './internal/shown.js';

/** A file that is arriving: its header, and its tensors in the order of the file. */
export interface SafetensorsStream extends Header {
  /** Can be iterated once. Throws RangeError (`data-truncated`, `data-trailing`) if the stream ends early or goes on. */
  readonly contents: AsyncGenerator<readonly [name: string, tensor: StoredTensor], void>;
}

/**
 * Reads the header from a stream of chunks of any size, and leaves the tensors to be pulled.
 * @throws RangeError with the code of what is wrong, as `decode`
 */
export async function decodeStream(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<SafetensorsStream> {
  const source = buffered(chunks);
  try {
    const prefix = await source.take(8);
    const length = headerLength(prefix, prefix.byteLength < 8 ? prefix.byteLength : undefined);
    const json = await source.take(length);
    headerLength(prefix, 8 + json.byteLength);
    const header = parseHeader(json);
    return { ...header, contents: contents(header, source) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function* contents({ tensors }: Header, source: Buffered): AsyncGenerator<readonly [string, StoredTensor], void> {
  try {
    for (const { name, dtype, shape, begin, end } of tensors) {
      const bytes = await source.take(end - begin);
      if (bytes.byteLength < end - begin)
        throw invalid(
          'data-truncated',
          `tensor ${shown(name)} needs ${end - begin} bytes, but the stream ended after ${bytes.byteLength}`,
        );
      yield [name, { dtype, shape, data: elements(dtype, bytes) }];
    }
    if ((await source.take(1)).byteLength > 0) throw invalid('data-trailing', 'the stream goes on after the last tensor');
  } finally {
    await source.close();
  }
}

interface Buffered {
  /** The next `length` bytes as a fresh array, fewer only where the stream ends. */
  take(length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

function buffered(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Buffered {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    take: async (length) => {
      const parts: Uint8Array[] = [];
      let missing = length;
      while (missing > 0) {
        if (rest.byteLength === 0) {
          const next = await iterator.next();
          if (next.done === true) break;
          rest = next.value;
        }
        const part = rest.subarray(0, missing);
        parts.push(part);
        rest = rest.subarray(part.byteLength);
        missing -= part.byteLength;
      }
      const bytes = new Uint8Array(length - missing);
      let offset = 0;
      for (const part of parts) {
        bytes.set(part, offset);
        offset += part.byteLength;
      }
      return bytes;
    },
    close: async () => {
      await iterator.return?.();
    },
  };
}
