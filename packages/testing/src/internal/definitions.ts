/** What kernels compute, written out in float64. */
import { at, build, differences, indices, type Plain } from './plain.js';

/** What a kernel gives for its inputs. */
export type Definition = (...inputs: Plain[]) => readonly Plain[];

export const perElement =
  (f: (x: number) => number): Definition =>
  (x) => [{ shape: x.shape, values: x.values.map(f) }];

/** Of two or more inputs, each broadcast to the largest shape. */
export const broadcast =
  (f: (...values: number[]) => number): Definition =>
  (...inputs) => {
    const rank = Math.max(...inputs.map(({ shape }) => shape.length));
    const lengths = inputs.map(({ shape }) => [...new Array<number>(rank - shape.length).fill(1), ...shape]);
    const shape = Array.from({ length: rank }, (_, axis) => Math.max(...lengths.map((each) => each[axis] ?? 1)));
    const own = ({ shape: mine }: Plain, index: readonly number[]) =>
      mine.map((length, axis) => (length === 1 ? 0 : (index[axis + rank - mine.length] ?? 0)));
    return [build(shape, (index) => f(...inputs.map((input) => at(input, own(input, index)))))];
  };

/** Over `axes`. */
export const reduction =
  (axes: readonly number[], keepDims: boolean, f: (values: readonly number[]) => number): Definition =>
  (x) => {
    const groups = new Map<string, number[]>();
    const kept = (index: readonly number[]) => index.flatMap((i, axis) => (axes.includes(axis) ? (keepDims ? [0] : []) : [i]));
    for (const [i, index] of indices(x.shape).entries()) {
      const name = kept(index).join();
      groups.set(name, [...(groups.get(name) ?? []), x.values[i] ?? 0]);
    }
    const shape = x.shape.flatMap((length, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [length]));
    return [build(shape, (index) => f(groups.get(index.join()) ?? []))];
  };

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
export const mean = (values: readonly number[]): number => total(values) / values.length;

export const softmax: Definition = (x) => {
  const [sums] = reduction([x.shape.length - 1], true, (values) => total(values.map(Math.exp)))(x);
  return broadcast((value, sum) => Math.exp(value) / sum)(x, of(sums));
};

/** Of matrices or batches of them, with a bias for each column or none. */
export const product =
  (transposeA: boolean, transposeB: boolean): Definition =>
  (a: Plain, b: Plain, bias?: Plain) => {
    const lead = a.shape.slice(0, -2);
    const [rows = 1, inner = 1] = swapped(a.shape.slice(-2), transposeA);
    const [, columns = 1] = swapped(b.shape.slice(-2), transposeB);
    return [
      build([...lead, rows, columns], (index) => {
        const [batch, [i = 0, j = 0]] = [index.slice(0, -2), index.slice(-2)];
        const term = (k: number) =>
          at(a, [...batch, ...swapped([i, k], transposeA)]) * at(b, [...batch, ...swapped([k, j], transposeB)]);
        return total(Array.from({ length: inner }, (_, k) => term(k))) + (bias ? at(bias, [j]) : 0);
      }),
    ];
  };

/** Of `[N, H, W, C]` with `[K, L, C, O]`, padded on all sides, with a bias for each channel or none. */
export const convolution =
  (stride: number, pad: number): Definition =>
  (x: Plain, filter: Plain, bias?: Plain) => {
    const [n = 1, h = 1, w = 1] = x.shape;
    const [kh = 1, kw = 1, channels = 1, outputs = 1] = filter.shape;
    const taps = indices([kh, kw, channels]);
    const length = (side: number, kernel: number) => Math.floor((side + 2 * pad - kernel) / stride) + 1;
    return [
      build([n, length(h, kh), length(w, kw), outputs], ([image = 0, i = 0, j = 0, o = 0]) => {
        const term = ([k = 0, l = 0, c = 0]: readonly number[]) =>
          at(x, [image, i * stride + k - pad, j * stride + l - pad, c]) * at(filter, [k, l, c, o]);
        return total(taps.map(term)) + (bias ? at(bias, [o]) : 0);
      }),
    ];
  };

/** Means of the windows of 2 × 2. */
export const pooled: Definition = (x) => {
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  const window = indices([2, 2]);
  return [
    build([n, h / 2, w / 2, c], ([image = 0, i = 0, j = 0, k = 0]) =>
      mean(window.map(([a = 0, b = 0]) => at(x, [image, 2 * i + a, 2 * j + b, k]))),
    ),
  ];
};

/** Every pixel four times. */
export const upsampled: Definition = (x) => {
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  return [
    build([n, 2 * h, 2 * w, c], ([image = 0, i = 0, j = 0, k = 0]) => at(x, [image, Math.floor(i / 2), Math.floor(j / 2), k])),
  ];
};

/** `[y, mean, rstd]` of `[N, …, C]`, with scale and shift for each channel. */
export const groupNorm =
  (groups: number, epsilon: number, activation: (z: number) => number): Definition =>
  (x, scale, shift) => {
    const { shape } = x;
    const [n = 1, channels = 1] = [shape[0], shape.at(-1)];
    const group = (index: readonly number[]) => [index[0] ?? 0, Math.floor((index.at(-1) ?? 0) / (channels / groups))];
    const members = (wanted: readonly number[]) =>
      indices(shape).flatMap((index, i) => (group(index).join() === wanted.join() ? [x.values[i] ?? 0] : []));
    const average = build([n, groups], (index) => mean(members(index)));
    const rstd = build([n, groups], (index) => {
      const centre = at(average, index);
      return 1 / Math.sqrt(mean(members(index).map((value) => (value - centre) ** 2)) + epsilon);
    });
    const y = build(shape, (index) => {
      const normalised = (at(x, index) - at(average, group(index))) * at(rstd, group(index));
      const channel = [index.at(-1) ?? 0];
      return activation(normalised * at(scale, channel) + at(shift, channel));
    });
    return [y, average, rstd];
  };

export const silu = (x: number): number => x / (1 + Math.exp(-x));

/** `[parameter, m, v]` after a step of AdamW with the default constants. */
export const adamW =
  (options: { readonly learningRate: number; readonly weightDecay: number; readonly step: number }): Definition =>
  (parameter, gradient, m, v, scale) => {
    const { learningRate, weightDecay, step } = options;
    const factor = at(scale, []);
    const first = of(broadcast((old, g) => 0.9 * old + 0.1 * factor * g)(m, gradient)[0]);
    const second = of(broadcast((old, g) => 0.999 * old + 0.001 * (factor * g) ** 2)(v, gradient)[0]);
    const moved = broadcast((p, a, b) => {
      const direction = a / (1 - 0.9 ** step) / (Math.sqrt(b / (1 - 0.999 ** step)) + 1e-8);
      return p - learningRate * (direction + weightDecay * p);
    });
    return [...moved(parameter, first, second), first, second];
  };

/** The gradient of the first result of `f` by its input number `which`, at inputs and `dy`. */
export function adjoint(f: Definition, which: number): (dy: Plain, ...inputs: Plain[]) => readonly Plain[] {
  return (dy, ...inputs) => [of(differences((...moved) => f(...moved).slice(0, 1), inputs, [dy])[which])];
}

function of(value: Plain | undefined): Plain {
  if (value === undefined) throw new TypeError('a known answer lacks an input');
  return value;
}

function swapped(pair: readonly number[], swap: boolean): readonly number[] {
  return swap ? pair.toReversed() : pair;
}
