/**
 * For every kernel that tracing knows, random uses of it. The operation must issue the kernel, itself or in its gradient. A new
 * kernel needs one line here, and the property test covers it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { averagePool, groupNorm, silu, upsampleNearest } from '@tweedie/networks';
import fc from 'fast-check';
import type { Operation, Trial } from './compare.js';
import { type Operand, operand, operands, type Values } from './operand.js';

type Case = fc.Arbitrary<Trial>;
type Shape = readonly number[];
type Options = Omit<Trial, 'operands' | 'op'>;

const EXACT = { tolerance: 0 } as const;
const VALUE_ONLY = { gradient: false } as const;

// ── shapes ──

const length = fc.integer({ min: 1, max: 6 });
const shapes = (min = 0, max = 4): fc.Arbitrary<number[]> => fc.array(length, { minLength: min, maxLength: max, size: 'max' });
const axisOf = (shape: Shape): fc.Arbitrary<number> => fc.integer({ min: -shape.length, max: shape.length - 1 });
const someAxes = (shape: Shape): fc.Arbitrary<number[]> => fc.subarray(shape.map((_, axis) => axis));
const positive = (shape: Shape, axis: number): number => (axis < 0 ? axis + shape.length : axis);

/** Shapes that broadcast to one: with axes of length 1, and without leading axes. */
function broadcastable(count: number): fc.Arbitrary<Shape[]> {
  return shapes().chain((shape) => {
    const part = fc.record({ ones: someAxes(shape), drop: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: shape.length })) });
    const cut = part.map(({ ones, drop }) => shape.map((n, axis) => (ones.includes(axis) ? 1 : n)).slice(drop));
    return fc.tuple(...Array.from({ length: count }, () => fc.oneof(fc.constant(shape), cut)));
  });
}

// ── uses ──

/** One operand. */
function unary(op: Operation, values: Values = {}, options: Options = {}): Case {
  return shapes().chain((shape) => operand(shape, values).map((x) => ({ operands: [x], op, ...options })));
}

/** Operands that broadcast. */
function broadcast(op: Operation, values: readonly Values[] = [{}, {}], options: Options = {}): Case {
  return broadcastable(values.length)
    .chain((all) => fc.tuple(...all.map((shape, i) => operand(shape, values[i]))))
    .map((drawn) => ({ operands: drawn, op, ...options }));
}

/** Operands of one shape. */
function alike(op: Operation, count: number, values: Values = {}, options: Options = {}): Case {
  return shapes()
    .chain((shape) => operands(Array<Shape>(count).fill(shape), values))
    .map((drawn) => ({ operands: drawn, op, ...options }));
}

/** Operands that broadcast where tfjs's gradient cannot: values only then. */
const unlessBroadcast = (op: Operation): Case => fc.oneof(alike(op, 2), broadcast(op, [{}, {}], VALUE_ONLY));

/** One operand of at least one axis, and what is drawn for its shape. */
function onAxes<T>(
  drawn: (shape: Shape) => fc.Arbitrary<T>,
  op: (x: tf.Tensor, drawn: T) => tf.Tensor | tf.Tensor[],
  values: Values = {},
  options: Options = {},
): Case {
  return shapes(1).chain((shape) =>
    fc.tuple(operand(shape, values), drawn(shape)).map(([x, chosen]) => ({
      operands: [x],
      op: (tensor: tf.Tensor) => op(tensor, chosen),
      about: JSON.stringify(chosen),
      ...options,
    })),
  );
}

const INT: Values = { dtype: 'int32' };
const BOOL: Values = { dtype: 'bool' };
const above: Values = { range: [0.3, 3] };
const integers: Options = { ...EXACT, ...VALUE_ONLY };

/** Of two operands, float32 or int32. */
const arithmetic = (op: Operation): Case => fc.oneof(broadcast(op), broadcast(op, [INT, INT], integers));
const comparison = (op: Operation): Case =>
  fc.oneof(broadcast(op, [{ of: [-1, 0, 1] }, { of: [-1, 0, 1] }], integers), broadcast(op, [INT, INT], integers));

function reduction(
  op: (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor,
  values: Values = {},
  options: Options = {},
): Case {
  return onAxes(
    (shape) => fc.tuple(someAxes(shape), fc.boolean()),
    (x, [axes, keep]) => op(x, axes, keep),
    values,
    options,
  );
}

// ── images ──

const batch = fc.integer({ min: 1, max: 3 });
const side = fc.integer({ min: 2, max: 7 });
/** Some that fill the blocks of the engine's own layout, and some that do not. */
const channels = fc.constantFrom(1, 2, 3, 5, 8, 16, 32);

interface Convolution {
  readonly x: Operand;
  readonly filter: Operand;
  readonly strides: [number, number];
  readonly pad: Parameters<typeof tf.conv2d>[3];
}

/** `last` is the length of the filter's last axis. */
const convolution = (depth: fc.Arbitrary<number> = channels, last: fc.Arbitrary<number> = channels): fc.Arbitrary<Convolution> =>
  fc
    .record({
      n: batch,
      h: side,
      w: side,
      i: depth,
      o: last,
      kh: fc.integer({ min: 1, max: 3 }),
      kw: fc.integer({ min: 1, max: 3 }),
      stride: fc.integer({ min: 1, max: 2 }),
    })
    .chain(({ n, h, w, i, o, kh, kw, stride }) => {
      const [height, width] = [Math.min(kh, h), Math.min(kw, w)];
      const around = fc.tuple(fc.integer({ min: 0, max: height - 1 }), fc.integer({ min: 0, max: height - 1 }));
      const beside = fc.tuple(fc.integer({ min: 0, max: width - 1 }), fc.integer({ min: 0, max: width - 1 }));
      const pairs = fc.tuple(around, beside).map(([rows, columns]): Convolution['pad'] => [[0, 0], rows, columns, [0, 0]]);
      // tfjs takes a number for a square filter only
      const number: Convolution['pad'] = height === width ? (height - 1) >> 1 : 'same';
      return fc.record({
        x: operand([n, h, w, i]),
        filter: operand([height, width, i, o]),
        strides: fc.oneof(fc.constant<[number, number]>([stride, stride]), fc.constant<[number, number]>([stride, 1])),
        pad: fc.oneof(fc.constant(number), fc.constantFrom<Convolution['pad']>('same', 'valid'), pairs),
      });
    })
    .map((drawn) => (typeof drawn.pad === 'number' ? { ...drawn, strides: [drawn.strides[0], drawn.strides[0]] } : drawn));

const four = (x: tf.Tensor | undefined): tf.Tensor4D => x as tf.Tensor4D;
const conv: Case = convolution().map(({ x, filter, strides, pad }) => ({
  operands: [x, filter],
  op: (x, filter) => tf.conv2d(four(x), four(filter), strides, pad),
}));

function pooling(
  op: (x: tf.Tensor4D, size: [number, number], strides: [number, number], pad: 'same' | 'valid') => tf.Tensor,
): Case {
  const pair = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 }));
  return fc
    .tuple(
      fc.tuple(batch, side, side, channels).chain((shape) => operand(shape)),
      pair,
      pair,
      fc.constantFrom('same', 'valid'),
    )
    .map(([x, size, strides, pad]) => ({
      operands: [x],
      op: (x) => op(four(x), size, strides, pad as 'same' | 'valid'),
      ...VALUE_ONLY,
    }));
}

const images = (values: Values = {}, unit = 1): fc.Arbitrary<Operand> =>
  fc
    .tuple(batch, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), channels)
    .chain(([n, h, w, c]) => operand([n, h * unit, w * unit, c], values));

/** Every pixel repeated, by gathering. */
function repeated(x: tf.Tensor, factors: readonly number[]): tf.Tensor {
  const places = (axis: number) =>
    tf.tensor1d(
      Array.from({ length: (x.shape[axis] ?? 1) * (factors[axis - 1] ?? 1) }, (_, i) => Math.floor(i / (factors[axis - 1] ?? 1))),
      'int32',
    );
  return tf.gather(tf.gather(x, places(1), 1), places(2), 2);
}

const resized: Case = fc.tuple(images(), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })).map(([x, fy, fx]) => ({
  operands: [x],
  op: (image) => tf.image.resizeNearestNeighbor(four(image), [(x.shape[1] ?? 1) * fy, (x.shape[2] ?? 1) * fx]),
  // tfjs's cpu backend differentiates it wrongly for more than one image
  reference: (image) => repeated(image as tf.Tensor, [fy, fx]),
}));

const normalized: Case = fc
  .record({
    n: batch,
    pixels: fc.array(fc.integer({ min: 2, max: 4 }), { maxLength: 2, size: 'max' }),
    groups: fc.constantFrom(1, 2, 4),
    of: fc.constantFrom(4, 8),
    perSample: fc.boolean(),
    activation: fc.constantFrom('linear', 'silu'),
  })
  .chain(({ n, pixels, groups, of, perSample, activation }) => {
    const per = perSample ? [n, groups * of] : [groups * of];
    return fc
      .tuple(operand([n, ...pixels, groups * of], { range: [-2, 2], uniform: false }), operand(per), operand(per))
      .map((drawn) => ({
        operands: drawn,
        op: ((x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) =>
          groupNorm(x, scale, shift, { groups, activation: activation as 'linear' | 'silu' })) as Operation,
      }));
  });

// ── products ──

interface Product {
  readonly batchA: Shape;
  readonly batchB: Shape;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const product: fc.Arbitrary<Product> = fc
  .record({
    lead: shapes(0, 2),
    shared: fc.constantFrom('both', 'a', 'b'),
    m: length,
    k: length,
    n: length,
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
  })
  .map(({ lead, shared, ...rest }) => ({
    ...rest,
    // Only one side may be without a batch, and tfjs wants axes of length 1 there
    batchA: shared === 'b' ? lead.map(() => 1) : lead,
    batchB: shared === 'a' ? lead.map(() => 1) : lead,
  }));

const factors = ({ batchA, batchB, m, k, n, transposeA, transposeB }: Product): [Shape, Shape] => [
  [...batchA, ...(transposeA ? [k, m] : [m, k])],
  [...batchB, ...(transposeB ? [n, k] : [k, n])],
];

type Activation = 'linear' | 'relu' | 'relu6' | 'sigmoid' | 'elu' | 'leakyrelu' | 'prelu';
const activations = fc.constantFrom<Activation[]>('linear', 'relu', 'relu6', 'sigmoid', 'elu', 'leakyrelu', 'prelu');

const fusedProduct: Case = fc
  .tuple(
    product.filter(({ batchA }) => batchA.length === 0),
    activations,
    fc.boolean(),
  )
  .chain(([shape, activation, perColumn]) => {
    const bias = perColumn ? [shape.n] : [];
    return operands([...factors(shape), bias, [shape.n]]).map((drawn) => ({
      operands: drawn,
      op: ((a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor, alpha: tf.Tensor) =>
        tf.fused.matMul({
          a,
          b,
          bias,
          transposeA: shape.transposeA,
          transposeB: shape.transposeB,
          activation,
          preluActivationWeights: alpha,
          leakyreluAlpha: 0.1,
        })) as Operation,
      ...VALUE_ONLY,
    }));
  });

const fusedConv: Case = fc
  .tuple(convolution(), activations, fc.boolean())
  .chain(([{ x, filter, strides, pad }, activation, perChannel]) => {
    const outputs = filter.shape[3] ?? 1;
    return operands([perChannel ? [outputs] : [], [1, 1, outputs]]).map(([bias, alpha]) => ({
      operands: [x, filter, bias as Operand, alpha as Operand],
      op: ((x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor, alpha: tf.Tensor) =>
        tf.fused.conv2d({
          x: four(x),
          filter: four(filter),
          strides,
          pad,
          bias,
          activation,
          preluActivationWeights: alpha,
          leakyreluAlpha: 0.1,
        })) as Operation,
      ...VALUE_ONLY,
      about: JSON.stringify({ strides, pad, activation }),
    }));
  });

// ── movement ──

const joined = (op: (parts: tf.Tensor[], axis: number) => tf.Tensor, sameLength: boolean): Case =>
  shapes(1).chain((shape) =>
    axisOf(shape).chain((axis) =>
      fc.array(length, { minLength: 1, maxLength: 4 }).chain((lengths) =>
        operands(lengths.map((n) => (sameLength ? shape : shape.with(positive(shape, axis), n)))).map((drawn) => ({
          operands: drawn,
          op: (...parts: tf.Tensor[]) => op(parts, axis),
          ...EXACT,
        })),
      ),
    ),
  );

/** An axis that has several parts: tfjs differentiates no list of one. */
const parts = shapes(1)
  .filter((shape) => shape.some((n) => n > 1))
  .chain((shape) =>
    fc.record({ shape: fc.constant(shape), axis: fc.constantFrom(...shape.flatMap((n, axis) => (n > 1 ? [axis] : []))) }),
  );

const box = (shape: Shape): fc.Arbitrary<{ begin: number[]; size: number[] }> =>
  fc.tuple(...shape.map((n) => fc.tuple(fc.nat(n - 1), fc.nat(n)))).map((drawn) => ({
    begin: drawn.map(([begin]) => begin),
    size: drawn.map(([begin, size], axis) => (size === 0 ? -1 : Math.min(size, (shape[axis] ?? 1) - begin))),
  }));

const padded = (values: Values = {}, options: Options = EXACT): Case =>
  onAxes(
    (shape) => fc.tuple(fc.tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(2)))), fc.constantFrom(0, 2)),
    (x, [pads, value]) => tf.pad(x, pads, value),
    values,
    options,
  );

const gathered: Case = shapes(1).chain((shape) =>
  fc.tuple(axisOf(shape), shapes(0, 2)).chain(([axis, places]) =>
    fc.tuple(operand(shape), operand(places, { dtype: 'int32', of: [...Array(shape.at(axis)).keys()] })).map((drawn) => ({
      operands: drawn,
      op: ((x: tf.Tensor, indices: tf.Tensor) => tf.gather(x, indices as tf.Tensor1D, axis)) as Operation,
    })),
  ),
);

/** A case for each kernel by its name. */
export const kernelCases: Readonly<Record<string, Case>> = {
  // element by element, one operand
  Abs: fc.oneof(unary(tf.abs), unary(tf.abs, INT, integers)),
  Acos: unary(tf.acos, { range: [-0.9, 0.9] }),
  Acosh: unary(tf.acosh, { range: [1.2, 4] }),
  Asin: unary(tf.asin, { range: [-0.9, 0.9] }),
  Asinh: unary(tf.asinh),
  Atan: unary(tf.atan),
  Atanh: unary(tf.atanh, { range: [-0.9, 0.9] }),
  Ceil: unary(tf.ceil),
  Cos: unary(tf.cos),
  Cosh: unary(tf.cosh),
  Erf: unary(tf.erf),
  Exp: unary(tf.exp),
  Floor: unary(tf.floor),
  IsNan: unary(tf.isNaN, { of: [Number.NaN, 0, 1] }, integers),
  Log: unary(tf.log, above),
  LogicalNot: unary(tf.logicalNot, BOOL, integers),
  Neg: fc.oneof(unary(tf.neg), unary(tf.neg, INT, integers)),
  Relu: fc.oneof(unary(tf.relu), unary(tf.relu, INT, integers)),
  Round: unary(tf.round),
  Sigmoid: unary(tf.sigmoid, { range: [-12, 12] }),
  Sign: unary(tf.sign),
  Sin: unary(tf.sin),
  Sinh: unary(tf.sinh),
  Softplus: unary(tf.softplus, { range: [-12, 12] }),
  Sqrt: unary(tf.sqrt, above),
  Tan: unary(tf.tan, { range: [-1.2, 1.2] }),
  Tanh: unary(tf.tanh),
  Cast: fc
    .record({
      from: fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const),
      to: fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const),
    })
    .chain(({ from, to }) =>
      unary((x: tf.Tensor) => tf.cast(x, to), { dtype: from }, { ...EXACT, gradient: from === 'float32' && to === 'float32' }),
    ),
  ClipByValue: fc
    .tuple(fc.double({ min: -2, max: 0, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }))
    .chain(([low, high]) => unary((x: tf.Tensor) => tf.clipByValue(x, low, high))),
  Elu: unary(tf.elu),
  EluGrad: unary(tf.elu),
  Expm1: unary(tf.expm1),
  Identity: unary(tf.clone, {}, EXACT),
  LeakyRelu: fc.constantFrom(0.2, 0.01).chain((alpha) => unary((x: tf.Tensor) => tf.leakyRelu(x, alpha))),
  Log1p: unary(tf.log1p, above),
  OnesLike: fc.oneof(unary(tf.onesLike, {}, EXACT), unary(tf.onesLike, INT, integers)),
  Reciprocal: unary(tf.reciprocal, above),
  Relu6: unary(tf.relu6, { range: [-8, 8] }),
  Rsqrt: unary(tf.rsqrt, above),
  Selu: unary(tf.selu),
  Square: fc.oneof(unary(tf.square), unary(tf.square, INT, integers)),
  Step: fc.constantFrom(0, 0.3).chain((alpha) => unary((x: tf.Tensor) => tf.step(x, alpha))),
  ZerosLike: fc.oneof(unary(tf.zerosLike, {}, EXACT), unary(tf.zerosLike, INT, integers)),

  // element by element, several operands
  Add: arithmetic(tf.add),
  AddN: fc.integer({ min: 1, max: 4 }).chain((count) => alike((...parts) => tf.addN(parts), count)),
  Equal: comparison(tf.equal),
  FloorDiv: fc.oneof(
    broadcast(tf.floorDiv, [{ of: [-3, -2, 0.5, 4] }, { of: [-2, 0.5, 3] }]),
    broadcast(tf.floorDiv, [INT, { dtype: 'int32', of: [-2, 1, 3] }], integers),
  ),
  Greater: comparison(tf.greater),
  GreaterEqual: comparison(tf.greaterEqual),
  Less: comparison(tf.less),
  LessEqual: comparison(tf.lessEqual),
  LogicalAnd: broadcast(tf.logicalAnd, [BOOL, BOOL], integers),
  LogicalOr: broadcast(tf.logicalOr, [BOOL, BOOL], integers),
  Maximum: fc.oneof(unlessBroadcast(tf.maximum), broadcast(tf.maximum, [INT, INT], integers)),
  Minimum: fc.oneof(unlessBroadcast(tf.minimum), broadcast(tf.minimum, [INT, INT], integers)),
  Mod: fc.oneof(
    broadcast(tf.mod, [{}, { of: [-2, -0.5, 0.75, 3] }]),
    broadcast(tf.mod, [INT, { dtype: 'int32', of: [-2, 1, 3] }], integers),
  ),
  Multiply: arithmetic(tf.mul),
  NotEqual: comparison(tf.notEqual),
  Pow: fc.oneof(
    broadcast(tf.pow, [above, {}]),
    fc.constantFrom(-1, 0.5, 1, 2, 3).chain((exponent) => unary((x: tf.Tensor) => tf.pow(x, exponent), above)),
    broadcast(tf.pow, [{}, { of: [1, 2, 3] }], VALUE_ONLY),
  ),
  Prelu: unlessBroadcast(tf.prelu),
  RealDiv: broadcast(tf.div, [{}, above]),
  Select: broadcast((condition, a, b) => tf.where(condition as tf.Tensor, a as tf.Tensor, b as tf.Tensor), [BOOL, {}, {}]),
  SquaredDifference: unlessBroadcast(tf.squaredDifference),
  Sub: arithmetic(tf.sub),

  // movement
  Concat: joined(tf.concat, false),
  ExpandDims: onAxes((shape) => fc.integer({ min: -shape.length - 1, max: shape.length }), tf.expandDims, {}, EXACT),
  Fill: onAxes(
    (shape) => fc.tuple(fc.constant(shape), fc.constantFrom(0, 1, -2.5)),
    (x, [shape, value]) => [tf.fill([...shape], value), tf.mul(x, tf.fill([...shape], value))],
  ),
  GatherV2: gathered,
  OneHot: fc.tuple(shapes(0, 3), fc.integer({ min: 2, max: 5 }), fc.boolean()).chain(([shape, depth, plain]) =>
    operand(shape, { dtype: 'int32', of: [0, 1, 2, 3, 4] }).map((indices) => ({
      operands: [indices],
      op: (x) => (plain ? tf.oneHot(x as tf.Tensor, depth) : tf.oneHot(x as tf.Tensor, depth, 2, -0.5)),
      ...EXACT,
    })),
  ),
  Pack: joined(tf.stack, true),
  PadV2: fc.oneof(padded(), padded(INT, integers)),
  Range: onAxes(
    (shape) =>
      fc.record({
        start: fc.constantFrom(0, 3, -1),
        step: fc.constantFrom(1, 0.5, -2),
        n: fc.constant(shape.at(-1) ?? 1),
        dtype: fc.constantFrom('float32' as const, 'int32' as const),
      }),
    (x, { start, step, n, dtype }) => {
      const whole = dtype === 'int32' ? Math.trunc(step) || 1 : step;
      const range = tf.range(start, start + n * whole, whole, dtype);
      return [range, tf.mul(x, tf.cast(range, 'float32'))];
    },
  ),
  Reshape: shapes().chain((shape) =>
    operand(shape).map((x) => ({
      operands: [x],
      op: (x: tf.Tensor) => [tf.reshape(x, [-1]), tf.reshape(x, [1, x.size, 1])],
      ...EXACT,
    })),
  ),
  Reverse: onAxes(someAxes, tf.reverse, {}, EXACT),
  Slice: fc.oneof(
    onAxes(box, (x, { begin, size }) => tf.slice(x, begin, size), {}, EXACT),
    onAxes(
      (shape) => fc.nat((shape[0] ?? 1) - 1),
      (x, begin) => [tf.slice(x, begin), tf.slice(x, begin, 1), tf.slice(x, [begin])],
      {},
      EXACT,
    ),
  ),
  SplitV: parts.chain(({ shape, axis }) =>
    fc.tuple(operand(shape), fc.integer({ min: 1, max: (shape[axis] ?? 2) - 1 }), fc.boolean()).map(([x, first, all]) => ({
      operands: [x],
      op: (x) => tf.split(x as tf.Tensor, all ? (shape[axis] ?? 1) : [first, -1], axis),
      ...EXACT,
    })),
  ),
  StridedSlice: onAxes(
    box,
    (x, { begin, size }) =>
      tf.stridedSlice(
        x,
        begin,
        begin.map((b, i) => (size[i] === -1 ? (x.shape[i] ?? 1) : b + (size[i] ?? 1))),
      ),
    {},
    integers,
  ),
  Tile: onAxes(
    (shape) => fc.tuple(...shape.map(() => fc.integer({ min: 1, max: 3 }))),
    (x, reps) => tf.tile(x, reps),
    {},
    EXACT,
  ),
  Transpose: onAxes(
    (shape) =>
      fc.shuffledSubarray(
        shape.map((_, axis) => axis),
        { minLength: shape.length },
      ),
    (x, perm) => tf.transpose(x, perm),
    {},
    EXACT,
  ),
  Unpack: parts.chain(({ shape, axis }) =>
    operand(shape).map((x) => ({ operands: [x], op: (x) => tf.unstack(x as tf.Tensor, axis), ...EXACT })),
  ),

  // sums and products
  All: reduction((x, axes, keep) => tf.all(x, axes, keep), BOOL, integers),
  Any: reduction((x, axes, keep) => tf.any(x, axes, keep), BOOL, integers),
  ArgMax: onAxes(axisOf, (x, axis) => tf.argMax(x, axis), { of: [0, 1, 2, 3] }, integers),
  ArgMin: onAxes(axisOf, (x, axis) => tf.argMin(x, axis), { of: [0, 1, 2, 3] }, integers),
  BatchMatMul: product.chain((shape) =>
    operands(factors(shape)).map((drawn) => ({
      operands: drawn,
      op: ((a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, shape.transposeA, shape.transposeB)) as Operation,
      gradient: String(shape.batchA) === String(shape.batchB),
    })),
  ),
  _FusedMatMul: fusedProduct,
  // tfjs differentiates it along the last axis only
  Cumsum: fc.tuple(fc.boolean(), fc.boolean()).chain(([exclusive, reverse]) =>
    fc.oneof(
      onAxes(
        () => fc.constant(-1),
        (x, axis) => tf.cumsum(x, axis + x.rank, exclusive, reverse),
      ),
      onAxes(
        (shape) => fc.nat(shape.length - 1),
        (x, axis) => tf.cumsum(x, axis, exclusive, reverse),
        {},
        VALUE_ONLY,
      ),
      onAxes(
        (shape) => fc.nat(shape.length - 1),
        (x, axis) => tf.cumsum(x, axis, exclusive, reverse),
        INT,
        integers,
      ),
    ),
  ),
  // an operation of its own on no backend but tfjs-node's
  LogSoftmax: onAxes(
    () => fc.constant(undefined),
    (logits) => tf.engine().runKernel<tf.Tensor>('LogSoftmax', { logits }, { axis: -1 }),
    {},
    { reference: (x) => tf.logSoftmax(x as tf.Tensor) },
  ),
  Max: fc.oneof(reduction(tf.max), reduction(tf.max, INT, integers)),
  Mean: fc.oneof(reduction(tf.mean), reduction(tf.mean, INT, VALUE_ONLY)),
  Min: fc.oneof(reduction(tf.min), reduction(tf.min, INT, integers)),
  Prod: fc.oneof(reduction(tf.prod, above, VALUE_ONLY), reduction(tf.prod, { dtype: 'int32', of: [-1, 1] }, integers)),
  Softmax: onAxes(
    () => fc.constant(undefined),
    (x) => tf.softmax(x),
  ),
  Sum: fc.oneof(reduction(tf.sum), reduction(tf.sum, INT, integers), reduction(tf.sum, BOOL, integers)),
  UnsortedSegmentSum: fc.oneof(
    gathered,
    shapes(1)
      .chain((shape) => fc.tuple(operand(shape), operand(shape.slice(0, 1), { dtype: 'int32', of: [0, 1, 2] })))
      .map((drawn) => ({
        operands: drawn,
        op: ((x: tf.Tensor, ids: tf.Tensor) => tf.unsortedSegmentSum(x, ids as tf.Tensor1D, 4)) as Operation,
      })),
  ),

  // images
  Conv2D: conv,
  Conv2DBackpropInput: conv,
  Conv2DBackpropFilter: conv,
  FusedConv2D: fusedConv,
  DepthwiseConv2dNative: convolution(fc.constantFrom(1, 3, 16), fc.constantFrom(1, 2)).map(
    ({ x, filter, strides: [stride], pad }) => ({
      operands: [x, filter],
      op: (x, filter) => tf.depthwiseConv2d(four(x), four(filter), stride, pad as 'same'),
      ...VALUE_ONLY,
    }),
  ),
  MaxPool: pooling(tf.maxPool),
  AvgPool: pooling(tf.avgPool),
  AvgPoolGrad: fc
    .oneof(images({}, 2), images({}, 6))
    .map((x) => ({ operands: [x], op: (x) => tf.avgPool(four(x), 2, 2, 'valid') })),
  ResizeNearestNeighbor: resized,
  ResizeNearestNeighborGrad: resized,
  UpsampleNearest2x: images().map((x) => ({ operands: [x], op: upsampleNearest as Operation })),
  UpsampleNearest2xGrad: fc.oneof(
    images({}, 2).map((x): Trial => ({ operands: [x], op: averagePool as Operation })),
    // which ONNX Runtime would fuse
    images({}, 2).map(
      (x): Trial => ({
        operands: [x],
        op: (x) =>
          averagePool(
            tf.pad(x as tf.Tensor, [
              [0, 0],
              [2, 2],
              [2, 4],
              [0, 0],
            ]),
          ),
      }),
    ),
  ),
  SiLU: unary(silu),
  SiLUGrad: unary(silu),
  GroupNorm: normalized,
  GroupNormGrad: normalized,
};
