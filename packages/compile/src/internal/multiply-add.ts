/**
 * `x·factor + offset` in one pass. ONNX has no such operation, but ONNX Runtime's blocked convolutions have one within: a
 * depthwise convolution of one pixel. Memory [rows, length] is the blocked form of an image with `rows·block` channels and
 * `length/block` pixels, so it needs no reordering: each row's number, written `block` times, is that image's weight.
 */
import { blockedConv } from './blocked.js';
import type { Emitter } from './emitter.js';

/** Memory seen as `batch` times `rows` rows; what is given per row is the same for each of the batch. */
export interface Rows {
  readonly batch: number;
  readonly rows: number;
  readonly length: number;
}

/** A tensor and its shape in the ONNX graph. */
export interface Named {
  readonly name: string;
  readonly dims: readonly number[];
}

/** Shorter rows are done as fast by Mul and Add. */
const SHORT = 128;

/**
 * `x·factor + offset + sum`
 * @param x any shape
 * @param factor [rows], seen as such or not
 * @param offset [rows]; none is zero
 * @param sum of x's size; none is zero
 */
export function multiplyAdd(
  emitter: Emitter,
  x: Named,
  { batch, rows, length }: Rows,
  factor: Named,
  offset?: Named,
  sum?: Named,
): Named {
  const { block } = emitter.dialect;
  if (block === 0 || length % block !== 0 || length < SHORT) {
    const dims = [batch, rows, length];
    const column = (value: Named): string => emitter.reshape(value.name, value.dims, [rows, 1]);
    const product = emitter.node('Mul', [emitter.reshape(x.name, x.dims, dims), column(factor)]);
    const shifted = offset === undefined ? product : emitter.node('Add', [product, column(offset)]);
    return {
      name: sum === undefined ? shifted : emitter.node('Add', [shifted, emitter.reshape(sum.name, sum.dims, dims)]),
      dims,
    };
  }
  const channels = rows * block;
  const dims = [batch, channels, 1, length / block];
  const repeated = (value: Named, to: readonly number[]): string => {
    const column = emitter.reshape(value.name, value.dims, [rows, 1]);
    return emitter.reshape(emitter.node('Expand', [column, emitter.ints([rows, block])]), [rows, block], to);
  };
  const inputs = [
    emitter.reshape(x.name, x.dims, dims),
    repeated(factor, [channels, 1, 1, 1]),
    offset === undefined ? '' : repeated(offset, [channels]),
    ...(sum === undefined ? [] : [emitter.reshape(sum.name, sum.dims, dims)]),
  ];
  return {
    name: blockedConv(emitter, inputs.at(-1) === '' ? inputs.slice(0, -1) : inputs, { size: [1, 1], groups: channels }),
    dims,
  };
}

/** What stays in the nearest cache gains nothing from fewer passes. */
const FEW = 2 ** 17;

/** `y·(−1) + 1 + z`: a factor of the derivative of `z·sigmoid(z)` when `y` is its value. */
export function onePlusDifference(emitter: Emitter, z: Named, y: string): Named {
  const { block } = emitter.dialect;
  const size = z.dims.reduce((product, length) => product * length, 1);
  const [batch = 1] = z.dims;
  const one: Named = { name: emitter.scalar(1), dims: [] };
  if (block === 0 || size % (batch * block) !== 0 || size < FEW)
    return { name: emitter.node('Add', [emitter.node('Sub', [z.name, y]), one.name]), dims: z.dims };
  const dims = [batch, block, 1, size / (batch * block)];
  const constant = (value: number, shape: readonly number[]): string =>
    emitter.tensor('float32', shape, new Float32Array(block).fill(value));
  const inputs = [y, z.name].map((name) => emitter.reshape(name, z.dims, dims));
  const [values = '', sum = ''] = inputs;
  return {
    name: blockedConv(emitter, [values, constant(-1, [block, 1, 1, 1]), constant(1, [block]), sum], {
      size: [1, 1],
      groups: block,
    }),
    dims,
  };
}
