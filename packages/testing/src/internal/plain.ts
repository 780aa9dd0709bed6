/** Arrays of float64 with a shape: what known answers are computed in, without any backend. */
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { key, normals } from '@tweedie/core';

/** Values in row-major order. */
export interface Plain {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Default `float32`. */
  readonly dtype?: 'int32' | 'bool';
}

/** The index of each element, axis by axis, in order. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (lists, length) => lists.flatMap((list) => Array.from({ length }, (_, i) => [...list, i])),
    [[]],
  );
}

/** An array of a shape from the value at each index. */
export function build(shape: readonly number[], value: (index: readonly number[]) => number): Plain {
  return { shape, values: indices(shape).map(value) };
}

/** The element at an index; 0 outside. */
export function at({ shape, values }: Plain, index: readonly number[]): number {
  if (shape.some((length, axis) => (index[axis] ?? 0) < 0 || (index[axis] ?? 0) >= length)) return 0;
  return values[shape.reduce((place, length, axis) => place * length + (index[axis] ?? 0), 0)] ?? 0;
}

/** Standard normals, rounded to float32, then `shaped`. */
export function random(shape: readonly number[], seed: number, shaped: (value: number) => number = (value) => value): Plain {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Array.from(normals(key(seed), size), (value) => Math.fround(shaped(value))) };
}

/** Given values. */
export function plain(shape: readonly number[], values: readonly number[], dtype?: 'int32' | 'bool'): Plain {
  return { shape, values, ...(dtype && { dtype }) };
}

/** On the current backend. */
export function toTensor({ shape, values, dtype }: Plain): Tensor {
  return tensor(dtype === 'bool' ? values.map(Boolean) : [...values], [...shape], dtype ?? 'float32');
}

/**
 * The gradients of `Σ dy·f` by each float32 input, by central differences. Of a linear `f` they are exact but for rounding.
 */
export function differences(
  f: (...inputs: Plain[]) => readonly Plain[],
  inputs: readonly Plain[],
  dy: readonly Plain[],
): readonly (Plain | undefined)[] {
  const step = 1e-4;
  const projected = (which: number, place: number, by: number): number => {
    const moved = inputs.map((input, i) =>
      i === which ? { ...input, values: input.values.with(place, (input.values[place] ?? 0) + by) } : input,
    );
    return f(...moved).reduce(
      (sum, { values }, k) => sum + values.reduce((part, value, i) => part + value * (dy[k]?.values[i] ?? 0), 0),
      0,
    );
  };
  return inputs.map((input, which) =>
    input.dtype === undefined
      ? {
          shape: input.shape,
          values: input.values.map((_, place) => (projected(which, place, step) - projected(which, place, -step)) / (2 * step)),
        }
      : undefined,
  );
}
