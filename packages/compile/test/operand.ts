/**
 * Random tensors for property tests: values of some kind, that lie in memory in any order, and are inputs of a graph or constants
 * in it.
 */
import { reshape, type Tensor, tensor, transpose } from '@tensorflow/tfjs-core';
import { foldIn, key, normals, uniform } from '@tweedie/core';
import fc from 'fast-check';

/**
 * What the elements are: equally spread in a range, one of a list, or normal and now and then of a coarse grid with ties and
 * zeros.
 */
export interface Values {
  readonly dtype?: 'float32' | 'int32' | 'bool';
  readonly range?: readonly [from: number, to: number];
  readonly of?: readonly number[];
  /** Whether all elements may be the same now and then. Default true. */
  readonly uniform?: boolean;
}

/** A tensor that is stored scrambled, and how it is put right. */
export interface Operand {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  /** An input of the compiled function, or a tensor that it finds outside. */
  readonly kind: 'input' | 'constant';
  /** The tensor as it is stored; fresh. */
  stored(): Tensor;
  /** From the stored tensor, or another one of its shape, to `shape`: a transposition and a reshape. */
  restored(tensor: Tensor): Tensor;
  /** For reports. */
  toString(): string;
}

const GRID = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Any tensor of a shape. */
export function operand(shape: readonly number[], values: Values = {}): fc.Arbitrary<Operand> {
  const seeds = fc.record({
    seed: fc.nat(),
    scrambled: fc.oneof(fc.constant(0), fc.nat()),
    kind: fc.constantFrom('input', 'input', 'input', 'constant', 'uniform'),
  });
  return seeds.map(({ seed, scrambled, kind }) => {
    const drawn = elements(seed, sizeOf(shape), values);
    const all = kind === 'uniform' && values.uniform !== false ? drawn.map(() => drawn[0] ?? 0) : drawn;
    return stored(shape, values.dtype ?? 'float32', kind === 'input' ? 'input' : 'constant', scrambled, all);
  });
}

/** One operand for each shape. */
export function operands(shapes: readonly (readonly number[])[], values: Values = {}): fc.Arbitrary<Operand[]> {
  return fc.tuple(...shapes.map((shape) => operand(shape, values)));
}

function elements(seed: number, count: number, { dtype = 'float32', range, of }: Values): number[] {
  const chosen =
    of ?? (dtype === 'bool' ? [0, 1] : dtype === 'int32' ? [-3, -2, -1, 0, 1, 2, 3, 4] : seed % 4 === 0 ? GRID : undefined);
  if (range === undefined && chosen === undefined) return [...normals(key(seed), count)];
  const [from, to] = range ?? [0, chosen?.length ?? 0];
  const numbers = [...uniform(key(seed), count)].map((u) => from + (to - from) * u);
  return range === undefined ? numbers.map((u) => chosen?.[Math.floor(u)] ?? 0) : numbers;
}

/** Axes cut into factors which then are put into any order; `scrambled` 0 is the natural order. */
function stored(
  shape: readonly number[],
  dtype: Operand['dtype'],
  kind: Operand['kind'],
  scrambled: number,
  values: readonly number[],
): Operand {
  const [draws, order] = [uniform(foldIn(key(scrambled), 0), shape.length), uniform(foldIn(key(scrambled), 1), 2 * shape.length)];
  const parts = scrambled === 0 ? [...shape] : shape.flatMap((length, axis) => cut(length, draws[axis] ?? 0));
  const places = parts.map((_, i) => i);
  const perm = scrambled === 0 ? places : places.toSorted((a, b) => (order[a] ?? 0) - (order[b] ?? 0));
  const inverse = places.map((i) => perm.indexOf(i));
  const plain = (): Tensor => tensor([...values], parts, dtype);
  return {
    shape,
    dtype,
    kind,
    stored: () => transpose(plain(), perm),
    restored: (scrambledTensor) => reshape(transpose(scrambledTensor, inverse), [...shape]),
    toString: () => `${dtype} [${shape}] ${kind}, stored as [${perm.map((i) => parts[i])}] from [${parts}] by [${perm}]`,
  };
}

/** A length as a product of two factors, or left alone. */
function cut(length: number, draw: number): readonly number[] {
  const divisors = Array.from({ length }, (_, i) => i + 1).filter((divisor) => length % divisor === 0);
  const divisor = divisors[Math.floor(draw * divisors.length)] ?? 1;
  return divisor === 1 || divisor === length ? [length] : [length / divisor, divisor];
}
