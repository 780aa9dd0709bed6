/**
 * IDX, the format of the MNIST files: two zero bytes, a type byte (0x08 for unsigned bytes), the number of dimensions, their
 * lengths as big-endian 32-bit integers, then the elements in row-major order. Described at yann.lecun.com/exdb/mnist.
 */
import { invalid } from '@tweedie/core';

/** Unsigned bytes with a shape; `data` is a view on the file. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Decodes an IDX file of unsigned bytes.
 * @param rank the number of dimensions that the file must have: 3 for images, 1 for labels
 * @throws RangeError (`idx-magic`) if it is no such file, a compressed one included, (`idx-rank`), (`idx-truncated`) if bytes are
 * missing, (`idx-trailing`) if there are too many
 */
export function decodeIdx(bytes: Uint8Array, rank: number): IdxArray {
  if (bytes.byteLength < 4) throw invalid('idx-truncated', `an IDX file must have at least 4 bytes, got ${bytes.byteLength}`);
  const [zero, alsoZero, type, dimensions = 0] = bytes;
  if (zero === 0x1f && alsoZero === 0x8b)
    throw invalid('idx-magic', 'an IDX file must start with 00 00 08, got gzip: decompress it first');
  if (zero !== 0 || alsoZero !== 0 || type !== 8)
    throw invalid(
      'idx-magic',
      `an IDX file of bytes must start with 00 00 08, got ${[...bytes.subarray(0, 3)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`,
    );
  if (dimensions !== rank) throw invalid('idx-rank', `the IDX file must have ${rank} dimensions, got ${dimensions}`);
  const start = 4 + 4 * rank;
  if (bytes.byteLength < start)
    throw invalid('idx-truncated', `the IDX header must have ${start} bytes, got ${bytes.byteLength}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, length) => product * length, 1);
  const got = bytes.byteLength - start;
  if (got < size) throw invalid('idx-truncated', `an IDX file of shape [${shape}] must have ${size} elements, got ${got}`);
  if (got > size) throw invalid('idx-trailing', `an IDX file of shape [${shape}] must have ${size} elements, got ${got}`);
  return { shape, data: bytes.subarray(start) };
}
