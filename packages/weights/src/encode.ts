/**
 * Writing safetensors. The same tensors and metadata give the same bytes: tensors are ordered by element size, largest
 * first, then by name, so that every one is aligned; metadata by name; the header is padded with spaces to 8 bytes.
 */
import { bytesPerElement, type Dtype, dtypeOf, sizeOf, type TensorInfo, type TypedArray } from './dtype.js';
import { MAX_HEADER_BYTES } from './header.js';
import { invalid } from './internal/invalid.js';

/** A tensor to write. `dtype` follows from the array, except that F16, BF16 and BOOL must be named. */
export interface TensorSource {
  readonly shape: readonly number[];
  readonly data: TypedArray;
  readonly dtype?: Dtype;
}

/** A tensor whose elements are loaded when their turn comes: a file of any size is written with one tensor in memory. */
export interface LazyTensor extends TensorInfo {
  readonly load: () => TypedArray | Promise<TypedArray>;
}

/** Options of the writers: `metadata` is free text by name. */
export interface EncodeOptions {
  readonly metadata?: ReadonlyMap<string, string>;
}

type Placed<T> = T & TensorInfo & { readonly name: string };

/**
 * The file as one array.
 * @throws as {@link encodeChunks}
 *
 * @example
 * ```ts
 * import { decode, encode } from '@tweedie/weights';
 *
 * const bytes = encode(new Map([['bias', { shape: [3], data: new Float32Array([1, 2, 3]) }]]));
 * console.log(decode(bytes).tensors.get('bias')?.data); // Float32Array(3) [ 1, 2, 3 ]
 * ```
 */
export function encode(tensors: ReadonlyMap<string, TensorSource>, options: EncodeOptions = {}): Uint8Array {
  const chunks = [...encodeChunks(tensors, options)];
  const file = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    file.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return file;
}

/**
 * The file piece by piece, without a copy: the header, then a view on each tensor's memory.
 * @throws RangeError (`name-reserved`) for `__metadata__`, (`shape-invalid`), (`size-mismatch`) if data and shape disagree,
 * (`header-too-long`); TypeError (`dtype-unknown`, `dtype-mismatch`)
 */
export function* encodeChunks(
  tensors: ReadonlyMap<string, TensorSource>,
  options: EncodeOptions = {},
): Generator<Uint8Array, void> {
  const placed = inOrder(
    new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, dtype: tensor.dtype ?? dtypeOf(tensor.data) }])),
  );
  for (const { name, data, ...info } of placed) checkData(name, info, data);
  yield headerBytes(placed, options);
  for (const { data } of placed) yield bytesOf(data);
}

/**
 * The file piece by piece from tensors that are loaded one at a time, in the order of the file.
 * @throws as {@link encodeChunks}; what is wrong with a tensor's data shows when its turn comes
 */
export async function* encodeStream(
  tensors: ReadonlyMap<string, LazyTensor>,
  options: EncodeOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const placed = inOrder(tensors);
  yield headerBytes(placed, options);
  for (const { name, load, ...info } of placed) {
    const data = await load();
    checkData(name, info, data);
    yield bytesOf(data);
  }
}

function inOrder<T extends TensorInfo>(tensors: ReadonlyMap<string, T>): readonly Placed<T>[] {
  return [...tensors]
    .map(([name, tensor]) => ({ ...tensor, name }))
    .sort((a, b) => bytesPerElement(b.dtype) - bytesPerElement(a.dtype) || (a.name < b.name ? -1 : 1));
}

function headerBytes(placed: readonly Placed<TensorInfo>[], { metadata }: EncodeOptions): Uint8Array {
  const fields: string[] = [];
  if (metadata !== undefined && metadata.size > 0) {
    const pairs = [...metadata]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`);
    fields.push(`"__metadata__":{${pairs.join(',')}}`);
  }
  let offset = 0;
  for (const { name, dtype, shape } of placed) {
    if (name === '__metadata__') throw invalid('name-reserved', 'a tensor must not be named `__metadata__`');
    if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0))
      throw invalid('shape-invalid', `the shape of ${JSON.stringify(name)} must be of non-negative integers, got [${shape}]`);
    const end = offset + sizeOf(shape) * bytesPerElement(dtype);
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [offset, end] })}`);
    offset = end;
  }
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const length = Math.ceil(json.byteLength / 8) * 8;
  if (length > MAX_HEADER_BYTES)
    throw invalid('header-too-long', `the header must be at most ${MAX_HEADER_BYTES} bytes, got ${length}`);
  const bytes = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return bytes;
}

function checkData(name: string, { dtype, shape }: TensorInfo, data: TypedArray): void {
  if (data.BYTES_PER_ELEMENT !== bytesPerElement(dtype))
    throw invalid('dtype-mismatch', `tensor ${JSON.stringify(name)} is ${dtype}, but its data is ${dtypeOf(data)}`, TypeError);
  if (data.length !== sizeOf(shape))
    throw invalid(
      'size-mismatch',
      `tensor ${JSON.stringify(name)} of shape [${shape}] needs ${sizeOf(shape)} elements, got ${data.length}`,
    );
}

function bytesOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
