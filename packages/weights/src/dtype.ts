/**
 * The element types of safetensors and the typed arrays that hold them. The format is little-endian, as are typed arrays on
 * every platform that runs browsers or TensorFlow.js.
 */
import { invalid } from './internal/invalid.js';

/** What a tensor's elements are held in. F16 and BF16 have no array of their own and stay as their 16 bits, in a `Uint16Array`. */
export type TypedArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** Name of an element type, as in the file. */
export type Dtype = 'F64' | 'I64' | 'U64' | 'F32' | 'I32' | 'U32' | 'F16' | 'BF16' | 'I16' | 'U16' | 'I8' | 'U8' | 'BOOL';

/** A named tensor's description. */
export interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** A tensor in memory: row-major elements with their shape. */
export interface StoredTensor extends TensorInfo {
  readonly data: TypedArray;
}

interface Layout {
  readonly bytes: number;
  /** A typed array on the given bytes: a view where they are aligned, else a copy. */
  readonly view: (bytes: Uint8Array) => TypedArray;
}

type ArrayType<T> = { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBufferLike, offset: number, length: number): T };

function layout<T extends TypedArray>(Type: ArrayType<T>): Layout {
  const bytes = Type.BYTES_PER_ELEMENT;
  return {
    bytes,
    view: (source) => {
      const aligned = source.byteOffset % bytes === 0 ? source : source.slice();
      return new Type(aligned.buffer, aligned.byteOffset, aligned.byteLength / bytes);
    },
  };
}

const LAYOUTS: Readonly<Record<Dtype, Layout>> = {
  F64: layout(Float64Array),
  I64: layout(BigInt64Array),
  U64: layout(BigUint64Array),
  F32: layout(Float32Array),
  I32: layout(Int32Array),
  U32: layout(Uint32Array),
  F16: layout(Uint16Array),
  BF16: layout(Uint16Array),
  I16: layout(Int16Array),
  U16: layout(Uint16Array),
  I8: layout(Int8Array),
  U8: layout(Uint8Array),
  BOOL: layout(Uint8Array),
};

/** Bytes per element. */
export function bytesPerElement(dtype: Dtype): number {
  return LAYOUTS[dtype].bytes;
}

/** Whether a string names an element type that this package knows. */
export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(LAYOUTS, name);
}

/** The elements in `bytes`: shares their memory where it is aligned, else a copy. */
export function elements(dtype: Dtype, bytes: Uint8Array): TypedArray {
  return LAYOUTS[dtype].view(bytes);
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The element type that a typed array holds when nothing else is said: never F16, BF16 or BOOL. */
export function dtypeOf(data: TypedArray): Dtype {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Int32Array) return 'I32';
  if (data instanceof Uint8Array) return 'U8';
  if (data instanceof BigInt64Array) return 'I64';
  if (data instanceof BigUint64Array) return 'U64';
  if (data instanceof Uint32Array) return 'U32';
  if (data instanceof Int16Array) return 'I16';
  if (data instanceof Uint16Array) return 'U16';
  if (data instanceof Int8Array) return 'I8';
  throw invalid(
    'dtype-unknown',
    `\`data\` must be a typed array that safetensors can hold, got ${Object.prototype.toString.call(data)}`,
    TypeError,
  );
}
