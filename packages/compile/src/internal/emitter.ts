/** Writes ONNX nodes, each only once, and brings values into the layouts that operations want. */
import type { Dialect } from '../engine.js';
import { type ConstantData, type DType, sizeOf } from '../graph.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx.js';
import { type Layout, layoutOf, partitionsOf, plainLayout, refined, shapeOf } from './layout.js';

/** A value in the ONNX graph: the name of a tensor of shape `dims`, and where its logical axes lie in it. */
export interface Lowered {
  readonly name: string;
  readonly dims: readonly number[];
  readonly layout: Layout;
}

type Attributes = Readonly<Record<string, OnnxAttribute>>;

const MICROSOFT = 'com.microsoft';

/** The ONNX graph under construction. */
export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: Map<string, OnnxTensor> = new Map();
  readonly dialect: Dialect;
  readonly #known = new Map<string, readonly string[]>();
  readonly #sharesSigmoid: boolean;
  readonly #taken: ReadonlySet<string>;
  #next = 0;

  /**
   * @param taken names of inputs and outputs
   * @param sharesSigmoid whether to keep sigmoids for gradients: worth it only while they stay in the nearest cache
   */
  constructor(dialect: Dialect, taken: ReadonlySet<string>, sharesSigmoid = false) {
    this.dialect = dialect;
    this.#taken = taken;
    this.#sharesSigmoid = sharesSigmoid;
  }

  // ── nodes ──

  /** The outputs of a node. */
  all(op: string, inputs: readonly string[], attributes: Attributes = {}, outputs = 1, domain?: string): readonly string[] {
    const key = `${domain} ${op} ${inputs.join()} ${JSON.stringify(attributes)}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = Array.from({ length: outputs }, () => this.#fresh());
      this.nodes.push({ op, inputs, outputs: known, attributes, ...(domain === undefined ? {} : { domain }) });
      this.#known.set(key, known);
    }
    return known;
  }

  /** The one output of a node. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, domain?: string): string {
    return this.all(op, inputs, attributes, 1, domain)[0] as string;
  }

  #fresh(): string {
    let name = `v${this.#next++}`;
    while (this.#taken.has(name)) name = `v${this.#next++}`;
    return name;
  }

  // ── constants ──

  tensor(type: OnnxTensor['type'], shape: readonly number[], data: OnnxTensor['data']): string {
    const key = data.length > 64 ? undefined : `tensor ${type} ${shape} ${[...data]}`;
    const known = key === undefined ? undefined : this.#known.get(key)?.[0];
    if (known !== undefined) return known;
    const name = this.#fresh();
    this.initializers.set(name, { type, shape, data });
    if (key !== undefined) this.#known.set(key, [name]);
    return name;
  }

  constant(shape: readonly number[], data: ConstantData, dtype: DType): string {
    return this.tensor(dtype, shape, data);
  }

  scalar(value: number, dtype: DType = 'float32'): string {
    const Kind = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array;
    return this.tensor(dtype, [], Kind.of(value));
  }

  /** A list of int64, as shapes and axes are. */
  ints(values: readonly number[]): string {
    return this.tensor('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  // ── views ──

  /** The same memory in another shape. */
  reshape(name: string, from: readonly number[], to: readonly number[]): string {
    return from.join() === to.join() ? name : this.node('Reshape', [name, this.ints(to)]);
  }

  /**
   * The name of a tensor with one dimension for each group of logical axes, transposed if it does not lie so.
   * @param groups logical axes in the order of the wanted dimensions
   */
  arranged({ name, dims, layout }: Lowered, groups: readonly (readonly number[])[]): string {
    const wanted = groups.flat().flatMap((axis) => layout.axes[axis] ?? []);
    const shape = shapeOf(layout);
    const target = groups.map((group) => sizeOf(group.map((axis) => shape[axis] ?? 1)));
    return this.reshape(...this.#ordered(name, dims, layout.atoms, wanted), target);
  }

  /** Atoms brought into an order; gives name and shape. */
  #ordered(
    name: string,
    dims: readonly number[],
    atoms: readonly number[],
    order: readonly number[],
  ): [name: string, dims: readonly number[]] {
    if (order.every((atom, i) => atom === i)) return [name, dims];
    // Atoms that stay side by side move as one.
    const runs: number[][] = [];
    for (const atom of order) {
      const last = runs.at(-1);
      if (last !== undefined && last.at(-1) === atom - 1) last.push(atom);
      else runs.push([atom]);
    }
    const memory = runs.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
    const lengths = (list: readonly number[][]) => list.map((run) => sizeOf(run.map((atom) => atoms[atom] ?? 1)));
    const seen = this.reshape(name, dims, lengths(memory));
    const perm = runs.map((run) => memory.indexOf(run));
    return [this.node('Transpose', [seen], { perm: { ints: perm } }), lengths(runs)];
  }

  /** The name of a tensor of the logical shape, in logical order. */
  plain(value: Lowered): string {
    return this.arranged(
      value,
      value.layout.axes.map((_, axis) => [axis]),
    );
  }

  /** The same value in logical order. */
  straightened(value: Lowered): Lowered {
    const dims = shapeOf(value.layout);
    return { name: this.plain(value), dims, layout: plainLayout(dims) };
  }

  /** A tensor whose dimensions are logical axes in the given order. */
  laid(name: string, shape: readonly number[], order: readonly number[] = shape.map((_, axis) => axis)): Lowered {
    return { name, dims: order.map((axis) => shape[axis] ?? 1), layout: layoutOf(shape, order) };
  }

  /**
   * Values brought into one layout, so that they can be combined element by element with broadcasting.
   * @returns names, and the layout and shape of a result
   */
  aligned(values: readonly Lowered[], shape: readonly number[]): { readonly names: readonly string[] } & Omit<Lowered, 'name'> {
    const padded = values.map((value) => padAxes(value, shape.length));
    const full = padded.filter(({ layout }) => shapeOf(layout).join() === shape.join());
    const leader = full.find(({ layout }) => !isPlain(layout)) ?? full[0];
    const whole = leader === undefined ? undefined : this.#followed(leader, padded);
    if (whole !== undefined) return whole;
    if (leader !== undefined) {
      const straight = padded.map((value) => this.straightened(value));
      const again = this.#followed(straight[padded.indexOf(leader)] as Lowered, straight);
      if (again !== undefined) return again;
    }
    const names = padded.map((value) => this.plain(value));
    return { names, dims: shape, layout: plainLayout(shape) };
  }

  #followed(
    leader: Lowered,
    all: readonly Lowered[],
  ): ({ readonly names: readonly string[] } & Omit<Lowered, 'name'>) | undefined {
    // Cut everybody's atoms at everybody's boundaries.
    let { layout } = leader;
    for (const { layout: other } of all) {
      const finer = refined(layout, partitionsOf(other));
      if (finer === undefined) return undefined;
      layout = finer;
    }
    const followers: { readonly value: Lowered; readonly layout: Layout; readonly places: readonly number[] }[] = [];
    for (const value of all) {
      const finer = refined(value.layout, partitionsOf(layout));
      if (finer === undefined) return undefined;
      const places: number[] = []; // of each of its atoms among the leader's
      for (const [axis, own] of finer.axes.entries())
        for (const [i, atom] of own.entries()) places[atom] = layout.axes[axis]?.[i] ?? 0;
      followers.push({ value, layout: finer, places });
    }
    const pattern = (atom: number): string => followers.map(({ places }) => Number(places.includes(atom))).join('');
    const dims = fits(leader.dims, layout.atoms, pattern) ? leader.dims : grouped(layout.atoms, pattern);
    const names = followers.map(({ value, layout: own, places }) => {
      const order = [...places.keys()].toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
      const [name, now] = this.#ordered(value.name, value.dims, own.atoms, order);
      if (places.length === layout.atoms.length) return this.reshape(name, now, dims);
      // A dimension of the leader that this one lacks has length 1.
      let atom = 0;
      const seen = dims.map((length) => {
        let left = length;
        let mine = true;
        while (left > 1) {
          mine = places.includes(atom);
          left /= layout.atoms[atom++] ?? left;
        }
        return mine ? length : 1;
      });
      const first = seen.findIndex((length) => length !== 1);
      return this.reshape(name, now, first === -1 ? [] : seen.slice(first));
    });
    return { names, dims, layout };
  }

  // ── operations with a faster form in some dialects ──

  /** A product of batches of matrices, `op(a)·op(b)`; 2-d sides are used for every batch. */
  matMul(a: string, b: string, transposeA: boolean, transposeB: boolean, rankA: number, rankB: number): string {
    if (!transposeA && !transposeB) return this.node('MatMul', [a, b]);
    if (this.dialect.fused && rankA === rankB) {
      const attributes = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } };
      return this.node('FusedMatMul', [a, b], attributes, MICROSOFT);
    }
    const flipped = (name: string, rank: number): string => {
      const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
      return this.node('Transpose', [name], { perm: { ints: perm } });
    };
    return this.node('MatMul', [transposeA ? flipped(a, rankA) : a, transposeB ? flipped(b, rankB) : b]);
  }

  /** `x·sigmoid(x)`; the sigmoid apart where a gradient nearby uses it again. */
  silu(x: string): string {
    if (this.dialect.fused && !this.#sharesSigmoid) return this.node('QuickGelu', [x], { alpha: { float: 1 } }, MICROSOFT);
    return this.node('Mul', [x, this.node('Sigmoid', [x])]);
  }

  /** Zeros, which are not part of the model's bytes. */
  zeros(shape: readonly number[]): string {
    return this.node('Expand', [this.scalar(0), this.ints(shape)]);
  }

  /** The sum over the first dimension of [batch, size], as [1, size]: a product with ones is faster than a reduction. */
  batchSum(x: string, batch: number, size: number): string {
    const ones = this.tensor('float32', [1, batch], new Float32Array(batch).fill(1));
    return this.node('MatMul', [ones, this.reshape(x, [], [batch, size])]);
  }

  /** Sums over some dimensions, which go away. */
  sum(x: string, axes: readonly number[]): string {
    return this.node('ReduceSum', [x, this.ints(axes)], { keepdims: { int: 0 } });
  }
}

function isPlain({ axes }: Layout): boolean {
  return axes.flat().every((atom, i) => atom === i);
}

function padAxes({ name, dims, layout }: Lowered, rank: number): Lowered {
  const missing = rank - layout.axes.length;
  return { name, dims, layout: { atoms: layout.atoms, axes: [...Array.from({ length: missing }, () => []), ...layout.axes] } };
}

/** Whether every dimension is a whole number of atoms of one pattern. */
function fits(dims: readonly number[], atoms: readonly number[], pattern: (atom: number) => string): boolean {
  let atom = 0;
  return dims.every((length) => {
    let left = length;
    let last: string | undefined;
    while (left > 1) {
      const size = atoms[atom];
      if (size === undefined || left % size !== 0) return false;
      const now = pattern(atom++);
      if (last !== undefined && now !== last) return false;
      last = now;
      left /= size;
    }
    return true;
  });
}

/** Dimensions of atoms side by side with one pattern. */
function grouped(atoms: readonly number[], pattern: (atom: number) => string): readonly number[] {
  const dims: number[] = [];
  let last: string | undefined;
  for (const [atom, length] of atoms.entries()) {
    const now = pattern(atom);
    if (now === last) dims.push((dims.pop() ?? 1) * length);
    else dims.push(length);
    last = now;
  }
  return dims;
}
