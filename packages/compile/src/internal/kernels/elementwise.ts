/** Kernels that work element by element. */
import type { Value } from '../../graph.js';
import type { Builder } from '../builder.js';
import { kernel, type TraceKernel } from '../trace-kernel.js';

/** Kernels that are one operation of one tensor, by the operation's name. */
const unary: Readonly<Record<string, string>> = {
  Abs: 'Abs',
  Acos: 'Acos',
  Acosh: 'Acosh',
  Asin: 'Asin',
  Asinh: 'Asinh',
  Atan: 'Atan',
  Atanh: 'Atanh',
  Ceil: 'Ceil',
  Cos: 'Cos',
  Cosh: 'Cosh',
  Erf: 'Erf',
  Exp: 'Exp',
  Floor: 'Floor',
  IsNan: 'IsNaN',
  Log: 'Log',
  LogicalNot: 'Not',
  Neg: 'Neg',
  Relu: 'Relu',
  Round: 'Round',
  Sigmoid: 'Sigmoid',
  Sign: 'Sign',
  Sin: 'Sin',
  Sinh: 'Sinh',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Tan: 'Tan',
  Tanh: 'Tanh',
};

/** Kernels that are one operation of two tensors. */
const binary: Readonly<Record<string, string>> = {
  Add: 'Add',
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
  Maximum: 'Max',
  Minimum: 'Min',
  Multiply: 'Mul',
  Pow: 'Pow',
  RealDiv: 'Div',
  Sub: 'Sub',
};

type X = 'x';
type AB = 'a' | 'b';

const clipped = (b: Builder, x: Value, low: number, high: number): Value =>
  b.binary('Min', b.binary('Max', x, b.splat(low)), b.splat(high));
const positive = (b: Builder, x: Value, zero = 0): Value => b.binary('Greater', x, b.splat(zero, [], x.dtype));
const not = (b: Builder, x: Value): Value => b.unary('Not', x);
const expm1 = (b: Builder, x: Value): Value => b.sub(b.unary('Exp', x), b.splat(1));

const SELU = { alpha: 1.7580993408473768, scale: 1.0507009873554805 };

export const elementwiseKernels: readonly TraceKernel[] = [
  ...Object.entries(unary).map(([name, op]) => kernel<X>(name, (b, { x }) => b.unary(op, x))),
  ...Object.entries(binary).map(([name, op]) => kernel<AB>(name, (builder, { a, b }) => builder.binary(op, a, b))),
  kernel('AddN', (b, inputs) => Object.values<Value>(inputs).reduce((sum, x) => b.add(sum, x))),
  kernel<X, { dtype: Value['dtype'] }>('Cast', (b, { x }, { dtype }) => b.cast(x, dtype)),
  kernel<X, { clipValueMin: number; clipValueMax: number }>('ClipByValue', (b, { x }, { clipValueMin, clipValueMax }) =>
    clipped(b, x, clipValueMin, clipValueMax),
  ),
  kernel<X>('Elu', (b, { x }) => b.select(positive(b, x), x, expm1(b, x))),
  kernel<'dy' | 'y'>('EluGrad', (b, { dy, y }) => b.select(positive(b, y), dy, b.mul(dy, b.add(y, b.splat(1))))),
  kernel<X>('Expm1', (b, { x }) => expm1(b, x)),
  // int32 also for float32
  kernel<AB>('FloorDiv', (builder, { a, b }) =>
    builder.cast(builder.unary('Floor', builder.div(builder.cast(a, 'float32'), builder.cast(b, 'float32'))), 'int32'),
  ),
  kernel<X>('Identity', (_, { x }) => x),
  kernel<X, { alpha: number }>('LeakyRelu', (b, { x }, { alpha }) => b.select(positive(b, x), x, b.scale(x, alpha))),
  kernel<X>('Log1p', (b, { x }) => b.unary('Log', b.add(x, b.splat(1)))),
  kernel<AB>('Mod', (builder, { a, b }) =>
    a.dtype === 'int32' ? builder.binary('Mod', a, b) : builder.sub(a, builder.mul(b, builder.unary('Floor', builder.div(a, b)))),
  ),
  kernel<AB>('NotEqual', (builder, { a, b }) => not(builder, builder.binary('Equal', a, b))),
  kernel<X>('OnesLike', (b, { x }) => b.splat(1, x.shape, x.dtype)),
  kernel<'x' | 'alpha'>('Prelu', (b, { x, alpha }) => b.select(positive(b, x), x, b.mul(x, alpha))),
  kernel<X>('Reciprocal', (b, { x }) => b.div(b.splat(1), x)),
  kernel<X>('Relu6', (b, { x }) => clipped(b, x, 0, 6)),
  kernel<X>('Rsqrt', (b, { x }) => b.div(b.splat(1), b.unary('Sqrt', x))),
  kernel<'condition' | 't' | 'e'>('Select', (b, { condition, t, e }) => b.select(condition, t, e)),
  kernel<X>('Selu', (b, { x }) => b.select(positive(b, x), b.scale(x, SELU.scale), b.scale(expm1(b, x), SELU.alpha))),
  kernel<X>('Square', (b, { x }) => b.mul(x, x)),
  kernel<AB>('SquaredDifference', (builder, { a, b }) => {
    const difference = builder.sub(a, b);
    return builder.mul(difference, difference);
  }),
  kernel<X, { alpha: number }>('Step', (b, { x }, { alpha }) => b.select(positive(b, x), b.splat(1), b.splat(alpha))),
  kernel<X>('ZerosLike', (b, { x }) => b.splat(0, x.shape, x.dtype)),
];
