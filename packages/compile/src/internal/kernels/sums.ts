/** Kernels that sum: reductions, matrix products, softmax. */
import { util } from '@tensorflow/tfjs-core';
import type { DType, Value } from '../../graph.js';
import type { Builder } from '../builder.js';
import { unsupported } from '../call-site.js';
import { kernel, type TraceKernel } from '../trace-kernel.js';

interface Reduction {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

interface Product {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface FusedProduct extends Product {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

const axesOf = (x: Value, axis: number | number[]): readonly number[] => util.parseAxisParam(axis, [...x.shape]);

/** What a fused kernel does in the end. */
export function activated(b: Builder, x: Value, name = 'linear', preluWeights?: Value, leakyreluAlpha = 0.2): Value {
  const zero = b.splat(0);
  const positive = b.binary('Greater', x, zero);
  switch (name) {
    case 'linear':
      return x;
    case 'relu':
      return b.unary('Relu', x);
    case 'relu6':
      return b.binary('Min', b.unary('Relu', x), b.splat(6));
    case 'sigmoid':
      return b.unary('Sigmoid', x);
    case 'elu':
      return b.select(positive, x, b.sub(b.unary('Exp', x), b.splat(1)));
    case 'leakyrelu':
      return b.select(positive, x, b.scale(x, leakyreluAlpha));
    case 'prelu':
      return b.select(positive, x, b.mul(x, preluWeights ?? zero));
    default:
      throw unsupported(`the activation ${name}`);
  }
}

function product(b: Builder, left: Value, right: Value, { transposeA, transposeB }: Product, bias?: Value): Value {
  return b.matMul(left, right, transposeA, transposeB, bias);
}

export const sumKernels: readonly TraceKernel[] = [
  ...['Sum', 'Min', 'Prod'].map((kind) =>
    kernel<'x', Reduction>(kind, (b, { x }, { axis, keepDims }) => {
      const summed = kind === 'Sum' && x.dtype === 'bool' ? b.cast(x, 'int32') : x;
      return b.reduce(kind, summed, axesOf(x, axis), keepDims);
    }),
  ),
  kernel<'x', { reductionIndices: number | number[]; keepDims: boolean }>('Max', (b, { x }, { reductionIndices, keepDims }) =>
    b.reduce('Max', x, axesOf(x, reductionIndices), keepDims),
  ),
  kernel<'x', Reduction>('Mean', (b, { x }, { axis, keepDims }) =>
    b.reduce('Mean', b.cast(x, 'float32'), axesOf(x, axis), keepDims),
  ),
  ...(['All', 'Any'] as const).map((kind) =>
    kernel<'x', Reduction>(kind, (b, { x }, { axis, keepDims }) =>
      b.cast(b.reduce(kind === 'All' ? 'Min' : 'Max', b.cast(x, 'int32'), axesOf(x, axis), keepDims), 'bool'),
    ),
  ),
  ...(['ArgMax', 'ArgMin'] as const).map((op) =>
    kernel<'x', { axis: number }>(op, (b, { x }, { axis }) => {
      const [along = 0] = axesOf(x, axis);
      return b.one(op, [x], { axis: along }, x.shape.toSpliced(along, 1), 'int32');
    }),
  ),
  kernel<'a' | 'b', Product>('BatchMatMul', (builder, { a, b }, attributes) => product(builder, a, b, attributes)),
  kernel<'a' | 'b' | 'bias' | 'preluActivationWeights', FusedProduct>('_FusedMatMul', (builder, inputs, attributes) => {
    const { a, b, bias, preluActivationWeights } = inputs;
    const { activation, leakyreluAlpha } = attributes;
    // A bias for each column is part of the product; another shape is a sum of its own.
    const count = b.shape.at(attributes.transposeB ? -2 : -1) ?? 1;
    const perColumn =
      bias !== undefined && bias.shape.at(-1) === count && bias.shape.reduce((all, length) => all * length, 1) === count;
    const columns = bias === undefined || !perColumn ? undefined : builder.reshape(bias, [count]);
    const value = product(builder, a, b, attributes, columns);
    const whole = bias === undefined || perColumn ? value : builder.add(value, bias);
    return activated(builder, whole, activation, preluActivationWeights, leakyreluAlpha);
  }),
  kernel<'x', { axis: number; exclusive: boolean; reverse: boolean }>('Cumsum', (b, { x }, { axis, exclusive, reverse }) => {
    const [along = 0] = axesOf(x, axis);
    return b.one('CumSum', [x], { axis: along, exclusive, reverse }, x.shape, x.dtype);
  }),
  kernel<'logits', { dim: number }>('Softmax', (b, { logits }, { dim }) => {
    const [axis = 0] = axesOf(logits, dim);
    return b.one('Softmax', [logits], { axis }, logits.shape);
  }),
  kernel<'logits', { axis: number }>('LogSoftmax', (b, { logits }, { axis }) => {
    const shifted = b.sub(logits, b.reduce('Max', logits, axesOf(logits, axis), true));
    return b.sub(shifted, b.unary('Log', b.reduce('Sum', b.unary('Exp', shifted), axesOf(logits, axis), true)));
  }),
  // The gradient of gather: a product with one-hot rows.
  kernel<'x' | 'segmentIds', { numSegments: number }>('UnsortedSegmentSum', (b, { x, segmentIds }, { numSegments }) => {
    const [count = 1, ...rest] = x.shape;
    const hot = b.oneHot(segmentIds, numSegments);
    const rows = b.reshape(b.cast(x, 'float32'), [count, rest.reduce((all, length) => all * length, 1)]);
    return b.cast(b.reshape(b.matMul(hot, rows, true), [numSegments, ...rest]), x.dtype as DType);
  }),
];
