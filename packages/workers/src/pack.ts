/**
 * Tensors in messages: their elements as typed arrays, to be handed over without a copy on the way. One copy is made on either side,
 * out of the backend and into the other one.
 */
import { type DataType, type NumericDataType, Tensor, tensor } from '@tensorflow/tfjs-core';
import { invalid, mapLeaves, tensorsIn } from '@tweedie/core';
import { type Moved, moved } from './moved.js';

/** A tensor as plain data, which needs no TensorFlow.js to be read. */
export interface PackedTensor {
  readonly kind: typeof MARK;
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
}

const MARK = '@tweedie/workers tensor';

/** A tree of plain objects and arrays with packed tensors in place of tensors. */
export type Packed<Tree> = Tree extends Tensor ? PackedTensor : Inside<Tree, { readonly [K in keyof Tree]: Packed<Tree[K]> }>;
/** A tree with tensors in place of packed ones. */
export type Unpacked<Tree> = Tree extends PackedTensor ? Tensor : Inside<Tree, { readonly [K in keyof Tree]: Unpacked<Tree[K]> }>;

/** Leaves as they are, and what becomes of the rest. */
type Inside<Tree, Mapped> = Tree extends Leaf ? Tree : Mapped;
type Leaf = undefined | null | boolean | number | bigint | string | symbol | Date | ArrayBuffer | ArrayBufferView | LeafObject;
type LeafObject = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | ((...args: never[]) => unknown);

/**
 * Packs the tensors of a tree, to be returned, yielded, or given to a call. The tensors stay the caller's; their packed values, which
 * are fresh, are moved, and nothing else is.
 * @throws TypeError `tensor-not-packable` for strings and complex numbers
 */
export async function packTensors<Tree>(tree: Tree): Promise<Moved<Packed<Tree>>> {
  const reads = tensorsIn(tree).map(async (one) => [numeric(one), await one.data()] as const);
  const values = new Map<Tensor, Elements>(await Promise.all(reads));
  return packed(tree, (one) => values.get(one) ?? one.dataSync());
}

/**
 * As {@link packTensors}, done when it returns: for what must be on its way before the thread is taken. Stalls a GPU.
 * @throws TypeError `tensor-not-packable` for strings and complex numbers
 */
export function packTensorsSync<Tree>(tree: Tree): Moved<Packed<Tree>> {
  return packed(tree, (one) => numeric(one).dataSync());
}

/** The tree with tensors again, fresh ones that the caller owns. */
export function unpackTensors<Tree>(tree: Tree): Unpacked<Tree> {
  return walk(tree) as Unpacked<Tree>; // the same tree but for its tensors
}

type Elements = Float32Array | Int32Array | Uint8Array;

function packed<Tree>(tree: Tree, read: (one: Tensor) => Elements): Moved<Packed<Tree>> {
  const transfer: ArrayBuffer[] = [];
  const value = mapLeaves(tree, (leaf) => {
    if (!(leaf instanceof Tensor)) return leaf;
    const { shape, dtype } = leaf;
    // The cpu backend gives its own memory, which must not be given away.
    const values = read(leaf).slice();
    transfer.push(values.buffer);
    return { kind: MARK, shape, dtype, values } satisfies PackedTensor;
  });
  return moved(value as Packed<Tree>, transfer); // the same tree but for its tensors
}

function walk(tree: unknown): unknown {
  if (isPacked(tree)) return tensor(tree.values, [...tree.shape], tree.dtype);
  if (Array.isArray(tree)) return tree.map(walk);
  if (typeof tree !== 'object' || tree === null || Object.getPrototypeOf(tree) !== Object.prototype) return tree;
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, walk(value)]));
}

function isPacked(value: unknown): value is PackedTensor {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === MARK;
}

function numeric(one: Tensor): Tensor & { dtype: NumericDataType } {
  if (one.dtype === 'string' || one.dtype === 'complex64')
    throw invalid('tensor-not-packable', `tensors of numbers and booleans can be packed, got ${one.dtype}`, TypeError);
  return one as Tensor & { dtype: NumericDataType };
}
