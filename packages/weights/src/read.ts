/** Reading single tensors from a file that stays where it is: on disk, in a browser's `File`, behind a network. */
import { elements, type StoredTensor, type TensorInfo } from './dtype.js';
import { headerLength, parseHeader } from './header.js';
import { invalid } from './internal/invalid.js';

/** Bytes that can be read from anywhere. */
export interface ByteSource {
  readonly size: number;
  /** `length` bytes from `offset` on; the range lies within `size`. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** An opened file: what is in it, and its tensors one at a time. */
export interface SafetensorsReader {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** @throws RangeError (`tensor-missing`) for a name that the file lacks, (`data-truncated`) if the source gives too few bytes */
  read(name: string): Promise<StoredTensor>;
}

/**
 * Reads and checks the header of a source.
 * @throws RangeError with the code of what is wrong, as `decode`
 */
export async function open(source: ByteSource): Promise<SafetensorsReader> {
  const length = headerLength(await exactly(source, 0, Math.min(8, source.size)), source.size);
  const start = 8 + length;
  const { metadata, tensors } = parseHeader(await exactly(source, 8, length), source.size - start);
  const byName = new Map(tensors.map((entry) => [entry.name, entry]));
  return {
    metadata,
    tensors: byName,
    read: async (name) => {
      const entry = byName.get(name);
      if (entry === undefined) throw invalid('tensor-missing', `the file has no tensor named ${JSON.stringify(name)}`);
      const { dtype, shape, begin, end } = entry;
      return { dtype, shape, data: elements(dtype, await exactly(source, start + begin, end - begin)) };
    },
  };
}

/** A browser's `Blob` or `File` as a source. */
export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}

async function exactly(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  const bytes = await source.read(offset, length);
  if (bytes.byteLength !== length)
    throw invalid('data-truncated', `the source must give ${length} bytes from ${offset} on, got ${bytes.byteLength}`);
  return bytes;
}
