/**
 * A small call of each kernel that networks, losses, optimisers and samplers use, with what it must give. A kernel has several where
 * backends take several ways through it.
 */
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import * as known from './definitions.js';
import { at, build, type Plain, plain, random } from './plain.js';

/** One call. */
export interface KernelCase {
  readonly kernel: string;
  /** By name, in the order of `answer`'s parameters; a list for kernels that take one. */
  readonly inputs: Readonly<Record<string, Plain>> | readonly Plain[];
  readonly attributes?: NamedAttrMap;
  readonly answer: known.Definition;
  /** Whether it is differentiated. */
  readonly gradient?: true;
  /** Whether other kernels are composed where a backend lacks it. */
  readonly optional?: true;
}

const wide = random([3, 8], 1);
const odd = random([2, 3, 5], 2);
const above = random([2, 5], 3, (x) => 0.3 + Math.abs(x));
const image = random([2, 4, 6, 4], 4);
const differentiable = { gradient: true } as const;
const optional = { optional: true } as const;

function unary(kernel: string, f: (x: number) => number, x: Plain = odd): KernelCase {
  return { kernel, inputs: { x }, answer: known.perElement(f) };
}

function binary(kernel: string, f: (a: number, b: number) => number, b: (shape: readonly number[]) => Plain): KernelCase[] {
  const pairs: readonly (readonly [Plain, readonly number[]])[] = [
    [wide, [3, 8]],
    [odd, [5]],
    [odd, [2, 1, 1]],
    [wide, []],
  ];
  return pairs.map(([a, shape]) => ({ kernel, inputs: { a, b: b(shape) }, answer: known.broadcast(f) }));
}

const any = (shape: readonly number[]): Plain => random(shape, 5);
const positive = (shape: readonly number[]): Plain => random(shape, 6, (x) => 0.5 + Math.abs(x));
const rounded = (shape: readonly number[]): Plain => random(shape, 7, Math.round);
const grad = (each: KernelCase): KernelCase => ({ ...each, ...differentiable });

const reductions: readonly (readonly [axes: readonly number[], keepDims: boolean])[] = [
  [[2], false],
  [[0], false],
  [[0, 1], true],
  [[0, 1, 2], false],
];

function reduced(kernel: string, f: (values: readonly number[]) => number, axes = 'axis'): KernelCase[] {
  return reductions.map(([on, keepDims]) => ({
    kernel,
    inputs: { x: odd },
    attributes: { [axes]: [...on], keepDims },
    answer: known.reduction(on, keepDims, f),
  }));
}

const products: readonly (readonly [boolean, boolean])[] = [
  [false, false],
  [true, false],
  [false, true],
];
const factors = (lead: readonly number[], transposeA: boolean, transposeB: boolean) => ({
  a: random([...lead, ...(transposeA ? [6, 4] : [4, 6])], 8),
  b: random([...lead, ...(transposeB ? [8, 6] : [6, 8])], 9),
});

const convolutions: readonly (readonly [channels: number, outputs: number, kernel: number, stride: number])[] = [
  [4, 4, 3, 1],
  [3, 2, 3, 2],
  [4, 4, 1, 1],
];
const convolved = convolutions.map(([channels, outputs, size, stride]) => {
  const pad = (size - 1) / 2;
  const x = random([2, 3, 4, channels], 10);
  const filter = random([size, size, channels, outputs], 11);
  const answer = known.convolution(stride, pad);
  const [y] = answer(x, filter);
  return {
    x,
    filter,
    bias: random([outputs], 12),
    answer,
    dy: random(y?.shape ?? [], 13),
    attributes: { strides: [stride, stride], pad, dataFormat: 'NHWC', dilations: [1, 1] },
  };
});

const thirds: readonly Plain[] = [random([3, 2], 14), random([3, 3], 15), random([3, 5], 16)];
const joined = (parts: readonly Plain[]): Plain => {
  const starts = parts.map((_, i) => known.total(parts.slice(0, i).map(({ shape }) => shape[1] ?? 0)));
  const which = (column: number) => starts.findLastIndex((start) => start <= column);
  return build([3, known.total(parts.map(({ shape }) => shape[1] ?? 0))], ([row = 0, column = 0]) => {
    const part = parts[which(column)];
    return part ? at(part, [row, column - (starts[which(column)] ?? 0)]) : Number.NaN;
  });
};

const normalisations = (['linear', 'silu'] as const).map((activation) => {
  const inputs = { x: random([2, 2, 3, 8], 17), scale: random([8], 18), shift: random([8], 19) };
  const answer = known.groupNorm(4, 1e-5, activation === 'silu' ? known.silu : (z) => z);
  const [y, mean, rstd] = answer(inputs.x, inputs.scale, inputs.shift);
  if (!y || !mean || !rstd) throw new TypeError('a group norm gives three results');
  return { inputs, answer, mean, rstd, dy: random(y.shape, 20), attributes: { groups: 4, epsilon: 1e-5, activation } };
});

const parts = (shape: readonly number[], seeds: readonly string[]) =>
  Object.fromEntries(seeds.map((name, i) => [name, random(shape, 21 + i)]));
const optimiser = { learningRate: 0.01, weightDecay: 0.1, step: 3 };

export const kernelCases: readonly KernelCase[] = [
  ...binary('Add', (a, b) => a + b, any).map(grad),
  ...binary('Sub', (a, b) => a - b, any).map(grad),
  ...binary('Multiply', (a, b) => a * b, any).map(grad),
  ...binary('RealDiv', (a, b) => a / b, positive).map(grad),
  ...binary('Maximum', Math.max, any),
  ...binary('Minimum', Math.min, any),
  ...binary('Equal', (a, b) => Number(a === b), any),
  ...binary('Greater', (a, b) => Number(a > b), any),
  { kernel: 'Equal', inputs: { a: rounded([20]), b: rounded([1]) }, answer: known.broadcast((a, b) => Number(a === b)) },
  ...[2, 3].map((power): KernelCase => {
    const b = plain([], [power]);
    return { kernel: 'Pow', inputs: { a: above, b }, answer: known.broadcast((x, y) => x ** y) };
  }),
  ...[2, 20].map(
    (count): KernelCase => ({
      kernel: 'AddN',
      inputs: Array.from({ length: count }, (_, i) => random([3, 4], 30 + i)),
      answer: known.broadcast((...values) => known.total(values)),
      ...differentiable,
    }),
  ),
  grad(unary('Abs', Math.abs)),
  unary(
    'Cos',
    Math.cos,
    random([2, 5], 22, (x) => 500 * x),
  ),
  grad(unary('Exp', Math.exp)),
  unary('Log', Math.log, above),
  grad(unary('Neg', (x) => -x)),
  unary('Rsqrt', (x) => 1 / Math.sqrt(x), above),
  grad(unary('Sigmoid', (x) => 1 / (1 + Math.exp(-x)))),
  grad(
    unary(
      'Sin',
      Math.sin,
      random([2, 5], 22, (x) => 5 * x),
    ),
  ),
  unary(
    'Sin',
    Math.sin,
    random([2, 5], 22, (x) => 500 * x),
  ),
  grad(unary('Sqrt', Math.sqrt, above)),
  grad(unary('Square', (x) => x * x)),
  { ...unary('Step', (x) => Number(x > 0)), attributes: { alpha: 0 } },
  grad(unary('Identity', (x) => x)),
  unary('ZerosLike', () => 0),
  unary('LogicalNot', (x) => 1 - x, plain([5], [0, 1, 1, 0, 1], 'bool')),
  { ...unary('Cast', (x) => x, plain([5], [0, 1, 1, 0, 1], 'bool')), attributes: { dtype: 'float32' } },
  { ...unary('Cast', (x) => x, plain([3], [7, -2, 0], 'int32')), attributes: { dtype: 'float32' } },
  {
    kernel: 'Fill',
    inputs: {},
    attributes: { shape: [2, 3], value: 0.5, dtype: 'float32' },
    answer: () => [build([2, 3], () => 0.5)],
  },
  ...reduced('Sum', known.total).map(grad),
  ...reduced('Mean', known.mean).map(grad),
  ...reduced('Max', (values) => Math.max(...values), 'reductionIndices'),
  { kernel: 'Softmax', inputs: { logits: odd }, attributes: { dim: 2 }, answer: known.softmax, ...differentiable },
  ...products.flatMap(([transposeA, transposeB]): KernelCase[] => {
    const attributes = { transposeA, transposeB };
    const answer = known.product(transposeA, transposeB);
    return [
      ...[[1], [3]].map(
        (lead): KernelCase => ({
          kernel: 'BatchMatMul',
          inputs: factors(lead, transposeA, transposeB),
          attributes,
          answer,
          ...differentiable,
        }),
      ),
      {
        kernel: '_FusedMatMul',
        inputs: { ...factors([1], transposeA, transposeB), bias: random([8], 23) },
        attributes: { ...attributes, activation: 'linear' },
        answer,
      },
    ];
  }),
  ...convolved.flatMap(({ x, filter, bias, dy, answer, attributes }): KernelCase[] => [
    { kernel: 'FusedConv2D', inputs: { x, filter, bias }, attributes: { ...attributes, activation: 'linear' }, answer },
    {
      kernel: 'Conv2DBackpropInput',
      inputs: { dy, filter },
      attributes: { ...attributes, inputShape: [...x.shape] },
      answer: (derivative, weights) => known.adjoint(answer, 0)(derivative, x, weights),
    },
    {
      kernel: 'Conv2DBackpropFilter',
      inputs: { x, dy },
      attributes: { ...attributes, filterShape: [...filter.shape] },
      answer: (pixels, derivative) => known.adjoint(answer, 1)(derivative, pixels, filter),
    },
  ]),
  {
    kernel: 'AvgPool',
    inputs: { x: image },
    attributes: { filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
    answer: known.pooled,
  },
  {
    kernel: 'Reshape',
    inputs: { x: odd },
    attributes: { shape: [5, 6] },
    answer: ({ values }) => [plain([5, 6], values)],
    ...differentiable,
  },
  ...[
    [2, 0, 1],
    [0, 2, 1],
  ].map(
    (perm): KernelCase => ({
      kernel: 'Transpose',
      inputs: { x: odd },
      attributes: { perm },
      answer: (x) => [
        build(
          perm.map((axis) => x.shape[axis] ?? 1),
          (index) =>
            at(
              x,
              perm.map((_, axis) => index[perm.indexOf(axis)] ?? 0),
            ),
        ),
      ],
      ...differentiable,
    }),
  ),
  {
    kernel: 'Slice',
    inputs: { x: odd },
    attributes: { begin: [1, 0, 2], size: [1, 3, 2] },
    answer: (x) => [build([1, 3, 2], ([i = 0, j = 0, k = 0]) => at(x, [i + 1, j, k + 2]))],
    ...differentiable,
  },
  { kernel: 'Concat', inputs: thirds, attributes: { axis: 1 }, answer: (...all) => [joined(all)], ...differentiable },
  {
    kernel: 'SplitV',
    inputs: { x: joined(thirds) },
    attributes: { numOrSizeSplits: [2, 3, 5], axis: 1 },
    answer: (x) => {
      const starts = [0, 2, 5];
      return starts.map((start, i) => build([3, [2, 3, 5][i] ?? 0], ([row = 0, column = 0]) => at(x, [row, column + start])));
    },
    ...differentiable,
  },
  {
    kernel: 'PadV2',
    inputs: { x: odd },
    attributes: {
      paddings: [
        [1, 0],
        [0, 2],
        [3, 0],
      ],
      constantValue: 0,
    },
    answer: (x) => [build([3, 5, 8], ([i = 0, j = 0, k = 0]) => at(x, [i - 1, j, k - 3]))],
  },
  {
    kernel: 'Tile',
    inputs: { x: odd },
    attributes: { reps: [2, 1, 3] },
    answer: (x) => [build([4, 3, 15], ([i = 0, j = 0, k = 0]) => at(x, [i % 2, j, k % 5]))],
  },
  {
    kernel: 'Pack',
    inputs: [any([2, 3]), positive([2, 3])],
    attributes: { axis: 0 },
    answer: (a, b) => [plain([2, 2, 3], [...a.values, ...b.values])],
  },
  {
    kernel: 'GatherV2',
    inputs: { x: wide, indices: plain([4], [2, 0, 2, 1], 'int32') },
    attributes: { axis: 0, batchDims: 0 },
    answer: (x, places) => [build([4, 8], ([i = 0, j = 0]) => at(x, [at(places, [i]), j]))],
  },
  {
    kernel: 'OneHot',
    inputs: { indices: plain([4], [2, 0, 2, 1], 'int32') },
    attributes: { dtype: 'float32', depth: 3, onValue: 1, offValue: 0 },
    answer: (places) => [build([4, 3], ([i = 0, j = 0]) => Number(at(places, [i]) === j))],
  },
  {
    kernel: 'Select',
    inputs: { condition: plain([2, 2], [1, 0, 0, 1], 'bool'), t: any([2, 2]), e: positive([2, 2]) },
    answer: known.broadcast((condition, t, e) => (condition === 1 ? t : e) ?? Number.NaN),
    ...differentiable,
  },
  ...normalisations.flatMap(({ inputs, answer, attributes, mean, rstd, dy }): KernelCase[] => [
    { kernel: 'GroupNorm', inputs, attributes, answer, ...optional },
    {
      kernel: 'GroupNormGrad',
      inputs: { ...inputs, mean, rstd, dy },
      attributes,
      answer: (x, scale, shift) => [0, 1, 2].flatMap((which) => known.adjoint(answer, which)(dy, x, scale, shift)),
      ...optional,
    },
  ]),
  { ...unary('SiLU', known.silu), ...optional },
  {
    kernel: 'SiLUGrad',
    inputs: { x: odd, dy: any(odd.shape) },
    answer: (x, dy) => known.adjoint(known.perElement(known.silu), 0)(dy, x),
    ...optional,
  },
  { kernel: 'UpsampleNearest2x', inputs: { x: image }, answer: known.upsampled, ...optional },
  {
    kernel: 'UpsampleNearest2xGrad',
    inputs: { dy: image },
    answer: (dy) => known.adjoint(known.upsampled, 0)(dy, random([2, 2, 3, 4], 24)),
    ...optional,
  },
  {
    kernel: 'AdamW',
    inputs: { ...parts([2, 5], ['parameter', 'gradient', 'm']), v: above, scale: plain([], [0.5]) },
    attributes: { ...optimiser, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    answer: known.adamW(optimiser),
    ...optional,
  },
  {
    kernel: 'Lerp',
    inputs: { from: any([2, 5]), to: positive([2, 5]) },
    attributes: { weight: 0.25 },
    answer: known.broadcast((from, to) => from + 0.25 * (to - from)),
    ...optional,
  },
  {
    kernel: 'SquaredNorm',
    inputs: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x${i}`, random([i + 1], 50 + i)])),
    answer: (...all) => [plain([], [known.total(all.flatMap(({ values }) => values.map((x) => x * x)))])],
    ...optional,
  },
];
