/**
 * Tensors in messages: their elements as typed arrays, handed over without a copy on the way. One copy is made on either side,
 * out of the backend and into the other one.
 */
import { type DataType, Tensor, tensor } from '@tensorflow/tfjs-core';
import { mapLeaves } from '@tweedie/core';

/** A tensor in a message. */
interface WireTensor {
  readonly wire: typeof MARK;
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly values: Float32Array | Int32Array | Uint8Array;
}

const MARK = '@tweedie/training tensor';

/** A tree with its tensors as plain data, and the buffers to transfer. Synchronous, so that the message is out before the next line. */
export function pack(tree: unknown): { readonly message: unknown; readonly transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = [];
  const message = mapLeaves(tree, (leaf) => {
    if (!(leaf instanceof Tensor)) return leaf;
    // The cpu backend gives its own memory, which must not be given away.
    const data = leaf.dataSync();
    const values = new (data instanceof Float32Array ? Float32Array : data instanceof Int32Array ? Int32Array : Uint8Array)(data);
    transfer.push(values.buffer);
    return { wire: MARK, shape: leaf.shape, dtype: leaf.dtype, values } satisfies WireTensor;
  });
  return { message, transfer };
}

/** The tree with tensors again, fresh ones. */
export function unpack(message: unknown): unknown {
  if (isWireTensor(message)) return tensor(message.values, [...message.shape], message.dtype);
  if (Array.isArray(message)) return message.map(unpack);
  if (typeof message !== 'object' || message === null || Object.getPrototypeOf(message) !== Object.prototype) return message;
  return Object.fromEntries(Object.entries(message).map(([name, value]) => [name, unpack(value)]));
}

function isWireTensor(value: unknown): value is WireTensor {
  return typeof value === 'object' && value !== null && 'wire' in value && value.wire === MARK;
}
