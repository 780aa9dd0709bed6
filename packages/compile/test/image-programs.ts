/**
 * Random programs on images: chains of convolutions, reshapes, transpositions, broadcasts, sums and products in any order, that
 * combine values which lie in memory in different orders.
 */
import * as tf from '@tensorflow/tfjs-core';
import { averagePool, convolve, groupNorm, silu, upsampleNearest } from '@tweedie/networks';
import fc from 'fast-check';
import type { Trial } from './compare.js';
import { operand } from './operand.js';

interface Choice {
  readonly step: number;
  readonly a: number;
  readonly b: number;
}

interface Scene {
  /** Earlier values, the image first. */
  readonly past: readonly tf.Tensor[];
  /** A parameter of a shape, scaled for so many summands. */
  readonly parameter: (shape: readonly number[], summands?: number) => tf.Tensor;
  readonly a: number;
  readonly b: number;
}

/**
 * Gives undefined where it does not apply. All are smooth, since rounding decides which side of a kink or which of two equal
 * maxima is met, and none makes large values of small ones.
 */
type Step = (h: tf.Tensor, scene: Scene) => tf.Tensor | undefined;

/** Values beyond this size do not grow any more. */
const LARGE = 3000;
const WIDTHS = [1, 3, 8, 16, 32];

const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;
const bit = (number: number, i: number): boolean => ((number >> i) & 1) === 1;
const axisOf = (h: tf.Tensor, a: number): number => a % Math.max(h.rank, 1);
const last = (h: tf.Tensor): number => h.shape.at(-1) ?? 1;

/** Numbers 0 to n − 1 in an order that `seed` chooses. */
function order(n: number, seed: number): number[] {
  const left = Array.from({ length: n }, (_, i) => i);
  let rest = seed;
  return Array.from({ length: n }, () => {
    const i = rest % left.length;
    rest = Math.floor(rest / left.length);
    return left.splice(i, 1)[0] ?? 0;
  });
}

function primes(n: number): number[] {
  for (let p = 2; p * p <= n; p++) if (n % p === 0) return [p, ...primes(n / p)];
  return n > 1 ? [n] : [];
}

/** An earlier value of as many elements, in the shape of `h`. */
function another(h: tf.Tensor, { past, a }: Scene): tf.Tensor | undefined {
  const same = past.filter(({ size }) => size === h.size);
  return same.length === 0 ? undefined : tf.reshape(pick(same, a), h.shape);
}

const matrix = (h: tf.Tensor): tf.Tensor2D => tf.reshape(h, [-1, last(h)]);
const norms = (h: tf.Tensor, axes: number[], keepDims: boolean): tf.Tensor =>
  tf.sqrt(tf.add(tf.sum(tf.square(h), axes, keepDims), 1));
const evenImage = (h: tf.Tensor): boolean => h.rank === 4 && (h.shape[1] ?? 1) % 2 === 0 && (h.shape[2] ?? 1) % 2 === 0;

const steps: Readonly<Record<string, Step>> = {
  convolution: (h, { a, b, parameter }) => {
    if (h.rank !== 4) return undefined;
    const [outputs, size, channels] = [pick(WIDTHS, a), bit(b, 0) ? 3 : 1, last(h)];
    const filter = parameter([size, size, channels, outputs], size * size * channels);
    return convolve(h, filter, parameter([outputs]), bit(b, 1) ? 2 : 1);
  },
  convolutionOfTfjs: (h, { a, b, parameter }) => {
    if (h.rank !== 4) return undefined;
    const filter = parameter([3, 2, last(h), pick(WIDTHS, a)], 6 * last(h));
    return tf.conv2d(h as tf.Tensor4D, filter as tf.Tensor4D, bit(b, 0) ? 2 : 1, 'same');
  },
  broadcast: (h, { a, b, parameter }) => {
    const shape = h.shape.map((length, axis) => (bit(a, axis) ? 1 : length)).slice(Math.max(0, (b % (h.rank + 3)) - 2));
    return bit(a, 6) ? tf.mul(h, parameter(shape)) : tf.add(parameter(shape), h);
  },
  regrouped: (h, { a, b }) => {
    const factors = primes(h.size);
    const mixed = bit(b, 0) ? h.shape.flatMap(primes) : order(factors.length, a).map((i) => factors[i] ?? 1);
    const shape: number[] = [1];
    for (const [i, factor] of mixed.entries()) {
      if (bit(b, i + 1) && shape.length < 4) shape.push(factor);
      else shape.push((shape.pop() ?? 1) * factor);
    }
    return tf.reshape(h, shape);
  },
  merged: (h, { a }) => {
    if (h.rank < 2) return undefined;
    const axis = a % (h.rank - 1);
    return tf.reshape(h, h.shape.toSpliced(axis, 2, (h.shape[axis] ?? 1) * (h.shape[axis + 1] ?? 1)));
  },
  toImage: (h, { a }) => (h.rank === 3 ? tf.expandDims(h, a % 4) : h.rank === 2 ? tf.reshape(h, [1, 1, ...h.shape]) : undefined),
  transposed: (h, { a }) => (h.rank > 1 ? tf.transpose(h, order(h.rank, a)) : undefined),
  sliced: (h, { a, b }) => {
    const begin = h.shape.map((length, axis) => (bit(b, axis) ? (a + axis) % length : 0));
    return h.size > 1
      ? tf.slice(
          h,
          begin,
          h.shape.map((length, axis) => (bit(b, axis + 4) ? Math.ceil((length - (begin[axis] ?? 0)) / 2) : -1)),
        )
      : undefined;
  },
  joined: (h, scene) => {
    if (h.rank === 0 || h.size > LARGE) return undefined;
    return tf.concat([h, another(h, scene) ?? tf.neg(h)], axisOf(h, scene.b));
  },
  swappedHalves: (h, { a }) => {
    const axis = axisOf(h, a);
    const length = h.shape[axis] ?? 1;
    if (length < 2) return undefined;
    const [first, second] = tf.split(h, [length >> 1, -1], axis);
    return tf.concat([second as tf.Tensor, first as tf.Tensor], axis);
  },
  padded: (h, { a, b }) =>
    h.size > LARGE || h.rank === 0
      ? undefined
      : tf.pad(
          h,
          h.shape.map((_, axis) => (bit(a, axis) ? [b % 2, 1 + (b % 3)] : [0, 0])),
          0.5,
        ),
  combined: (h, scene) => {
    const other = another(h, scene);
    return other && (bit(scene.b, 0) ? tf.mul(h, tf.tanh(other)) : tf.sub(other, h));
  },
  combinedTransposed: (h, { a, parameter }) => {
    const perm = order(h.rank, a);
    return tf.add(h, tf.transpose(parameter(h.shape.map((_, axis) => h.shape[perm.indexOf(axis)] ?? 1)), perm));
  },
  // The mask is a constant, as tfjs does not differentiate comparisons
  chosen: (h, scene) =>
    tf.where(
      tf.reshape(
        tf.tensor1d(
          Array.from({ length: h.size }, (_, i) => i % 3 === 0),
          'bool',
        ),
        h.shape,
      ),
      h,
      another(h, scene) ?? tf.neg(h),
    ),
  summed: (h, { a, b }) => {
    if (h.rank === 0) return undefined;
    const axes = h.shape.flatMap((_, axis) => (bit(a, axis) ? [axis] : []));
    return pick([tf.sum, tf.mean, norms], b)(h, axes, bit(a, 5));
  },
  centred: (h, { a, b }) => {
    const axes = h.shape.flatMap((_, axis) => (bit(a, axis) ? [axis] : []));
    return tf.sub(h, pick([tf.mean, norms], b)(h, axes, true));
  },
  product: (h, { a, b, parameter }) => {
    if (h.rank === 0) return undefined;
    const outputs = pick(WIDTHS, a);
    const rows = tf.matMul(
      matrix(h),
      bit(b, 0) ? tf.transpose(parameter([outputs, last(h)], last(h))) : parameter([last(h), outputs], last(h)),
    );
    return tf.reshape(rows, [...h.shape.slice(0, -1), outputs]);
  },
  gram: (h, scene) => {
    if (h.rank < 2) return undefined;
    const bounded = tf.tanh(h);
    const images = h.rank > 3 ? tf.reshape(bounded, [h.shape[0] ?? 1, -1, last(h)]) : bounded;
    const other = another(images, scene) ?? images;
    return images.size * Math.max(images.shape.at(-2) ?? 1, last(h)) > 40 * LARGE
      ? undefined
      : tf.mul(tf.matMul(images, other, bit(scene.b, 0), !bit(scene.b, 0)), 1 / Math.max(images.shape.at(-2) ?? 1, last(h)));
  },
  attended: (h) => {
    if (h.rank < 2 || h.size > LARGE) return undefined;
    const tokens = tf.reshape(tf.tanh(h), [h.shape[0] ?? 1, -1, last(h)]);
    if ((tokens.shape[1] ?? 1) > 100) return undefined;
    return tf.reshape(tf.matMul(tf.softmax(tf.mul(tf.matMul(tokens, tokens, false, true), last(h) ** -0.5)), tokens), h.shape);
  },
  softmax: (h) => (h.rank === 0 ? undefined : tf.softmax(h)),
  nonlinear: (h, { a }) => pick([tf.tanh, tf.sigmoid, silu, tf.neg, tf.elu, tf.softplus, tf.sin], a)(h),
  normalized: (h, { a, b, parameter }) => {
    if (h.rank < 2 || last(h) % 2 !== 0) return undefined;
    const shape = bit(b, 0) ? [h.shape[0] ?? 1, last(h)] : [last(h)];
    return groupNorm(h, parameter(shape), parameter(shape), {
      groups: bit(a, 0) ? 2 : 1,
      epsilon: 0.1,
      activation: bit(a, 1) ? 'silu' : 'linear',
    });
  },
  enlarged: (h) => (h.rank === 4 && h.size < LARGE ? upsampleNearest(h) : undefined),
  pooled: (h, { a }) => (evenImage(h) ? (bit(a, 0) ? averagePool(h) : tf.avgPool(h as tf.Tensor4D, 2, 2, 'valid')) : undefined),
  tiled: (h, { a }) =>
    h.rank === 0 || h.size > LARGE
      ? undefined
      : tf.tile(
          h,
          h.shape.map((_, axis) => (bit(a, axis) ? 2 : 1)),
        ),
  gathered: (h, { a, b }) => {
    const axis = axisOf(h, a);
    const length = h.shape[axis] ?? 1;
    return h.rank === 0 ? undefined : tf.gather(h, tf.tensor1d([b % length, 0, (b + 1) % length], 'int32'), axis);
  },
  reversed: (h, { a }) => (h.rank === 0 ? undefined : tf.reverse(h, axisOf(h, a))),
  restacked: (h, { a, b }) => {
    const axis = axisOf(h, a);
    return h.rank < 2 || (h.shape[axis] ?? 1) < 2 ? undefined : tf.stack(tf.unstack(h, axis).toReversed(), b % h.rank);
  },
};
const entries = Object.entries(steps);

/** The end of the program, and a value from its middle. */
function run(
  choices: readonly Choice[],
  image: tf.Tensor,
  parameter: Scene['parameter'],
  log?: (name: string, h: tf.Tensor) => void,
): tf.Tensor[] {
  const past = [image];
  let h = image;
  for (const { step, a, b } of choices) {
    // The next one that applies
    for (let i = 0; i < entries.length; i++) {
      const [name, apply] = pick(entries, step + i);
      const next = apply(h, { past, parameter, a, b });
      if (next === undefined) continue;
      h = next;
      past.push(h);
      log?.(name, h);
      break;
    }
  }
  return [h, past[past.length >> 1] as tf.Tensor];
}

/** Of 3 to 8 steps. Needs a backend to find out the shapes of their parameters. */
export function imagePrograms(): fc.Arbitrary<Trial> {
  const choice = fc.record({ step: fc.nat(entries.length - 1), a: fc.nat(127), b: fc.nat(127) });
  const image = fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 6 }),
    fc.constantFrom(1, 3, 4, 16),
  );
  return fc.tuple(image, fc.array(choice, { minLength: 3, maxLength: 8, size: 'max' })).chain(([shape, choices]) => {
    const parameters: { readonly shape: readonly number[]; readonly scale: number }[] = [];
    const told: string[] = [];
    tf.tidy(() => {
      const unknown: Scene['parameter'] = (shape, summands = 1) => {
        parameters.push({ shape, scale: summands ** -0.5 });
        return tf.zeros([...shape]);
      };
      run(choices, tf.zeros(shape), unknown, (name, h) => told.push(`${name} [${h.shape}]`));
    });
    return fc.tuple(operand(shape), ...parameters.map(({ shape }) => operand(shape))).map(
      (operands): Trial => ({
        operands,
        op: (x, ...drawn) => {
          let next = 0;
          return run(choices, x as tf.Tensor, () => tf.mul(drawn[next] as tf.Tensor, parameters[next++]?.scale ?? 1));
        },
        about: told.join(' → '),
        together: true,
        tolerance: 3e-5,
      }),
    );
  });
}
