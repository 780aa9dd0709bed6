/** Reading a safetensors file that is in memory. */
import { elements, type StoredTensor } from './dtype.js';
import { headerLength, parseHeader } from './header.js';

/** The contents of a file. */
export interface Safetensors {
  readonly metadata: ReadonlyMap<string, string>;
  /** By name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Reads a whole file. The tensors share the memory of `bytes` where it is aligned.
 * @throws RangeError with the code of what is wrong, as {@link headerLength} and {@link parseHeader}
 */
export function decode(bytes: Uint8Array): Safetensors {
  const start = 8 + headerLength(bytes, bytes.byteLength);
  const header = parseHeader(bytes.subarray(8, start), bytes.byteLength - start);
  const tensors = header.tensors.map(({ name, dtype, shape, begin, end }): [string, StoredTensor] => [
    name,
    { dtype, shape, data: elements(dtype, bytes.subarray(start + begin, start + end)) },
  ]);
  return { metadata: header.metadata, tensors: new Map(tensors) };
}
