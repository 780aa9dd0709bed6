/**
 * Makes the graph, node by node, and keeps it small: equal nodes are one node, operations on constants are done at once, and
 * products with ones, sums with zeros and broadcasts are not made where nothing needs them in memory.
 */
import { backend_util } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { type Attribute, type ConstantData, type DType, type Node, sizeOf, type TensorSpec, type Value } from '../graph.js';
import { BINARY, LOGICAL, UNARY } from './elementwise.js';

type Attributes = Readonly<Record<string, Attribute>>;

/** Padding of an image. */
interface Pads {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** How a window moves over an image. */
export interface Window {
  readonly strides: readonly [number, number];
  readonly pads: Pads;
}

/** A graph under construction. All shapes are logical, as TensorFlow.js has them. */
export class Builder {
  /** Constants in the order they were made, to compare two tracings. */
  readonly constants: Value[] = [];
  readonly #onConstant: () => void;
  readonly #known = new Map<string, readonly Value[]>();
  #next = 0;

  /** @param onConstant called for each constant that is made */
  constructor(onConstant: () => void = () => {}) {
    this.#onConstant = onConstant;
  }

  // ── leaves ──

  input(name: string, spec: TensorSpec): Value {
    return { ...spec, id: this.#next++, source: { kind: 'input', name } };
  }

  /** A constant from data, or from one number for all elements. */
  constant(data: ConstantData | number, shape: readonly number[], dtype: DType): Value {
    const single = typeof data === 'number' ? data : uniformValue(data);
    const made = single === undefined ? this.#array(data as ConstantData, shape, dtype) : this.splat(single, shape, dtype);
    this.constants.push(made);
    this.#onConstant();
    return made;
  }

  /** One number for all elements. */
  splat(value: number, shape: readonly number[] = [], dtype: DType = 'float32'): Value {
    const rounded = stored(value, dtype);
    const key = `splat ${Object.is(rounded, -0) ? '-0' : rounded} ${dtype} ${shape}`;
    return this.#once(key, () => [{ shape, dtype, id: this.#next++, source: { kind: 'splat', value: rounded } }])[0] as Value;
  }

  #array(data: ConstantData, shape: readonly number[], dtype: DType): Value {
    const make = (): [Value] => [{ shape, dtype, id: this.#next++, source: { kind: 'constant', data } }];
    return (data.length > 64 ? make() : this.#once(`constant ${data} ${dtype} ${shape}`, make))[0] as Value;
  }

  // ── nodes ──

  /** Any node: its outputs' shapes and types are the caller's to know. */
  node(op: string, inputs: readonly Value[], attributes: Attributes, specs: readonly TensorSpec[]): readonly Value[] {
    const ids = inputs.map(({ id }) => id);
    return this.#once(`${op} ${ids} ${JSON.stringify(attributes)} ${specs.map(({ shape }) => `[${shape}]`)}`, () => {
      const outputs: Value[] = [];
      const node: Node = { op, inputs, attributes, outputs };
      for (const [index, { shape, dtype }] of specs.entries())
        outputs.push({ shape, dtype, id: this.#next++, source: { kind: 'node', node, index } });
      return outputs;
    });
  }

  one(op: string, inputs: readonly Value[], attributes: Attributes, shape: readonly number[], dtype: DType = 'float32'): Value {
    return this.node(op, inputs, attributes, [{ shape, dtype }])[0] as Value;
  }

  #once(key: string, make: () => readonly Value[]): readonly Value[] {
    let known = this.#known.get(key);
    if (known === undefined) {
      known = make();
      this.#known.set(key, known);
    }
    return known;
  }

  // ── element by element ──

  unary(op: string, x: Value): Value {
    const dtype = LOGICAL.has(op) ? 'bool' : x.dtype;
    const { source } = x;
    const scalar = UNARY[op];
    if (scalar !== undefined && source.kind === 'splat') return this.splat(scalar(source.value), x.shape, dtype);
    if (scalar !== undefined && source.kind === 'constant')
      return this.#array(mapped(source.data, dtype, scalar), x.shape, dtype);
    const inner = unbroadcast(x);
    if (inner !== x) return this.broadcast(this.unary(op, inner), x.shape);
    if (op === 'Neg' && source.kind === 'node' && source.node.op === 'Neg') return source.node.inputs[0] as Value;
    return this.one(op, [x], {}, x.shape, dtype);
  }

  binary(op: string, a: Value, b: Value): Value {
    const shape = broadcastShape(op, a.shape, b.shape);
    const dtype = LOGICAL.has(op) ? 'bool' : a.dtype;
    const [left, right] = [unbroadcast(this.#scalar(a)), unbroadcast(this.#scalar(b))];
    return this.broadcast(this.#simplified(op, left, right, dtype) ?? this.#binary(op, left, right, dtype), shape);
  }

  #binary(op: string, a: Value, b: Value, dtype: DType): Value {
    const scalar = BINARY[op];
    const shape = broadcastShape(op, a.shape, b.shape);
    if (scalar !== undefined && a.source.kind === 'splat' && b.source.kind === 'splat')
      return this.splat(scalar(a.source.value, b.source.value), shape, dtype);
    if (scalar !== undefined && a.source.kind === 'constant' && b.source.kind === 'splat') {
      const { value } = b.source;
      return this.#array(
        mapped(a.source.data, dtype, (x) => scalar(x, value)),
        shape,
        dtype,
      );
    }
    if (scalar !== undefined && a.source.kind === 'splat' && b.source.kind === 'constant') {
      const { value } = a.source;
      return this.#array(
        mapped(b.source.data, dtype, (x) => scalar(value, x)),
        shape,
        dtype,
      );
    }
    return this.one(op, [a, b], {}, shape, dtype);
  }

  /** What an operation with a neutral number comes to; its result may lack broadcast axes. */
  #simplified(op: string, a: Value, b: Value, dtype: DType): Value | undefined {
    const [x, y] = [a.source, b.source];
    if (dtype !== 'float32') return undefined;
    const [first, second] = [x.kind === 'splat' ? x.value : undefined, y.kind === 'splat' ? y.value : undefined];
    if (op === 'Mul' && second === 1) return a;
    if (op === 'Mul' && first === 1) return b;
    if (op === 'Mul' && second === -1) return this.unary('Neg', a);
    if (op === 'Mul' && first === -1) return this.unary('Neg', b);
    if (op === 'Add' && second === 0) return a;
    if (op === 'Add' && first === 0) return b;
    if (op === 'Sub' && second === 0) return a;
    if (op === 'Div' && second === 1) return a;
    if (op === 'Pow' && second === 1) return a;
    if (op === 'Pow' && second === 2) return this.binary('Mul', a, a);
    return undefined;
  }

  /** A splat of any shape as a scalar, since shapes are known from elsewhere. */
  #scalar(x: Value): Value {
    return x.source.kind === 'splat' ? this.splat(x.source.value, [], x.dtype) : x;
  }

  /** `condition ? a : b` */
  select(condition: Value, a: Value, b: Value): Value {
    const shape = broadcastShape('Where', broadcastShape('Where', condition.shape, a.shape), b.shape);
    const parts = [condition, a, b].map((value) => unbroadcast(this.#scalar(value)));
    const inner = parts.reduce<readonly number[]>((sum, part) => broadcastShape('Where', sum, part.shape), []);
    return this.broadcast(this.one('Where', parts, {}, inner, a.dtype), shape);
  }

  cast(x: Value, dtype: DType): Value {
    if (x.dtype === dtype) return x;
    if (x.source.kind === 'splat') return this.splat(convert(x.source.value, dtype), x.shape, dtype);
    if (x.source.kind === 'constant')
      return this.#array(
        mapped(x.source.data, dtype, (value) => convert(value, dtype)),
        x.shape,
        dtype,
      );
    return this.one('Cast', [x], { to: dtype }, x.shape, dtype);
  }

  add(a: Value, b: Value): Value {
    return this.binary('Add', a, b);
  }

  sub(a: Value, b: Value): Value {
    return this.binary('Sub', a, b);
  }

  mul(a: Value, b: Value): Value {
    return this.binary('Mul', a, b);
  }

  div(a: Value, b: Value): Value {
    return this.binary('Div', a, b);
  }

  /** `x·factor` */
  scale(x: Value, factor: number): Value {
    return this.mul(x, this.splat(factor));
  }

  // ── movement ──

  reshape(x: Value, shape: readonly number[]): Value {
    if (same(x.shape, shape)) return x;
    const { source } = x;
    if (source.kind === 'splat') return this.splat(source.value, shape, x.dtype);
    if (source.kind === 'constant') return this.#array(source.data, shape, x.dtype);
    if (source.kind === 'node' && source.node.op === 'Reshape') return this.reshape(source.node.inputs[0] as Value, shape);
    const inner = unbroadcast(x);
    if (inner !== x && sizeOf(inner.shape) === 1) return this.broadcast(this.reshape(inner, []), shape);
    return this.one('Reshape', [x], {}, shape, x.dtype);
  }

  transpose(x: Value, perm: readonly number[]): Value {
    if (perm.every((axis, i) => axis === i)) return x;
    const shape = perm.map((axis) => x.shape[axis] ?? 1);
    if (x.source.kind === 'splat') return this.splat(x.source.value, shape, x.dtype);
    return this.one('Transpose', [x], { perm }, shape, x.dtype);
  }

  /** Repeats along axes of length 1, and along new axes in front. */
  broadcast(x: Value, shape: readonly number[]): Value {
    if (same(x.shape, shape)) return x;
    if (x.source.kind === 'splat') return this.splat(x.source.value, shape, x.dtype);
    return this.one('Broadcast', [unbroadcast(x)], {}, shape, x.dtype);
  }

  concat(parts: readonly Value[], axis: number): Value {
    const some = parts.filter(({ shape }) => sizeOf(shape) > 0);
    const [head = parts[0] as Value] = some;
    if (some.length <= 1) return head;
    const length = some.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
    return this.one('Concat', some, { axis }, head.shape.with(axis, length), head.dtype);
  }

  slice(x: Value, begin: readonly number[], size: readonly number[]): Value {
    if (same(x.shape, size)) return x;
    if (x.source.kind === 'splat') return this.splat(x.source.value, size, x.dtype);
    return this.one('Slice', [x], { begin, size }, size, x.dtype);
  }

  pad(x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
    const shape = x.shape.map((length, i) => length + (before[i] ?? 0) + (after[i] ?? 0));
    return same(shape, x.shape) ? x : this.one('Pad', [x], { before, after, value }, shape, x.dtype);
  }

  /** Rows of `x` along an axis by int32 `indices` of any shape. */
  gather(x: Value, indices: Value, axis: number): Value {
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return this.one('Gather', [x, indices], { axis }, shape, x.dtype);
  }

  /** `[…indices, depth]`: `on` where the last axis' number is the index, else `off`. */
  oneHot(indices: Value, depth: number, on = 1, off = 0): Value {
    const range = this.#array(
      Int32Array.from({ length: depth }, (_, i) => i),
      [depth],
      'int32',
    );
    const hits = this.binary('Equal', this.reshape(indices, [...indices.shape, 1]), range);
    const hot = this.cast(hits, 'float32');
    return this.add(this.scale(hot, on - off), this.splat(off));
  }

  // ── sums and products ──

  /** `kind` is Sum, Mean, Max, Min or Prod; the result has no reduced axes unless `keepDims`. */
  reduce(kind: string, x: Value, axes: readonly number[], keepDims = false): Value {
    const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const short = x.shape.filter((_, axis) => !axes.includes(axis));
    return this.reshape(this.#reduced(kind, x, axes, short), keepDims ? kept : short);
  }

  #reduced(kind: string, x: Value, axes: readonly number[], shape: readonly number[]): Value {
    const long = axes.filter((axis) => x.shape[axis] !== 1);
    if (long.length === 0) return this.reshape(x, shape);
    const inner = unbroadcast(this.#scalar(x));
    if (inner !== x && kind !== 'Prod') {
      // What is only repeated along an axis is counted, not added up.
      const padded = this.reshape(inner, [...Array(x.shape.length - inner.shape.length).fill(1), ...inner.shape]);
      const real = axes.filter((axis) => padded.shape[axis] !== 1);
      const count = sizeOf(axes.filter((axis) => !real.includes(axis)).map((axis) => x.shape[axis] ?? 1));
      const reduced = this.reduce(kind, padded, real, true);
      const total = kind === 'Sum' ? this.mul(reduced, this.splat(count, [], x.dtype)) : reduced;
      const left = total.shape.filter((_, axis) => !axes.includes(axis));
      return this.broadcast(this.reshape(total, left), shape);
    }
    return this.one(
      `Reduce${kind}`,
      [x],
      { axes: long },
      x.shape.filter((_, axis) => !long.includes(axis)),
      x.dtype,
    );
  }

  /**
   * `[…, m, k]·[…, k, n]`, each side transposed in its last two axes if so told; batch axes may be 1 or broadcast. `bias` [n].
   */
  matMul(a: Value, b: Value, transposeA = false, transposeB = false, bias?: Value): Value {
    const flip = (x: Value): Value => {
      const rank = x.shape.length;
      return this.transpose(x, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
    };
    if (a.shape.length > 2 && sizeOf([...a.shape.slice(0, -2), ...b.shape.slice(0, -2)]) === 1) {
      // A batch of one is no batch.
      const [one, other] = [a, b].map((x) => this.reshape(x, x.shape.slice(-2))) as [Value, Value];
      const product = this.matMul(one, other, transposeA, transposeB, bias);
      return this.reshape(product, [...a.shape.slice(0, -2), ...product.shape]);
    }
    const [left, right] = [transposeA ? flip(a) : a, transposeB ? flip(b) : b];
    const batch = broadcastShape('MatMul', left.shape.slice(0, -2), right.shape.slice(0, -2));
    const shape = [...batch, left.shape.at(-2) ?? 1, right.shape.at(-1) ?? 1];
    return this.one('MatMul', bias === undefined ? [left, right] : [left, right, bias], {}, shape);
  }

  // ── images, [batch, height, width, channels]; filters [height, width, inputs, outputs] ──

  conv(x: Value, filter: Value, bias: Value | undefined, window: Window, shape: readonly number[], groups = 1): Value {
    const inputs = bias === undefined ? [x, filter] : [x, filter, bias];
    return this.one('Conv', inputs, { ...flat(window), groups }, shape);
  }

  /** The derivative of a convolution by its input, from that by its value. */
  convInput(dy: Value, filter: Value, window: Window, shape: readonly number[]): Value {
    return this.one('ConvInput', [dy, filter], flat(window), shape);
  }

  /** The derivative of a convolution by its filter. */
  convFilter(x: Value, dy: Value, window: Window, shape: readonly number[]): Value {
    return this.one('ConvFilter', [x, dy], flat(window), shape);
  }

  /** `kind` Max or Average; the average is over pixels inside the image. */
  pool(kind: string, x: Value, size: readonly number[], window: Window, shape: readonly number[]): Value {
    return this.one(`${kind}Pool`, [x], { ...flat(window), size }, shape);
  }

  /** Every pixel `factor`×`factor` times. */
  upsample(x: Value, factor: readonly number[]): Value {
    const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
    return this.one('Upsample', [x], { factor }, [batch, height * (factor[0] ?? 1), width * (factor[1] ?? 1), channels]);
  }

  /** Sums of blocks of `factor`×`factor` pixels. */
  downsum(x: Value, factor: readonly number[]): Value {
    const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
    return this.one('Downsum', [x], { factor }, [batch, height / (factor[0] ?? 1), width / (factor[1] ?? 1), channels]);
  }
}

function flat({ strides, pads: { top, left, bottom, right } }: Window): Attributes {
  return { strides: [...strides], pads: [top, left, bottom, right] };
}

function uniformValue(data: ConstantData): number | undefined {
  const [first] = data;
  return first !== undefined && data.every((value) => Object.is(value, first)) ? first : undefined;
}

/** What a value repeats, if it is no more than that. */
function unbroadcast(x: Value): Value {
  return x.source.kind === 'node' && x.source.node.op === 'Broadcast' ? (x.source.node.inputs[0] as Value) : x;
}

function broadcastShape(op: string, a: readonly number[], b: readonly number[]): readonly number[] {
  try {
    return backend_util.assertAndGetBroadcastShape([...a], [...b]);
  } catch {
    throw invalid('shapes-differ', `the shapes of ${op} must broadcast, got [${a}] and [${b}]`);
  }
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, i) => length === b[i]);
}

function stored(value: number, dtype: DType): number {
  return dtype === 'float32' ? Math.fround(value) : convert(value, dtype);
}

function convert(value: number, dtype: DType): number {
  if (dtype === 'bool') return Number(value !== 0);
  return dtype === 'int32' ? Math.trunc(value) : Math.fround(value);
}

function mapped(data: ConstantData, dtype: DType, scalar: (x: number) => number): ConstantData {
  const Kind = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array;
  const result = new Kind(data.length);
  for (let i = 0; i < data.length; i++) result[i] = stored(scalar(data[i] as number), dtype);
  return result;
}
