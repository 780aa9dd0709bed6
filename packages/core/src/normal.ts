/**
 * Standard normals by the inverse of the normal distribution function, in float64 from +, −, ×, ÷ and √ alone: IEEE 754
 * defines these to the bit, while engines differ in `Math.log` and `Math.cos`. So noise is the same everywhere.
 *
 * Rational approximations: Wichura 1988, algorithm AS 241 (PPND16), relative error about 1e-16.
 */
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Key } from './contracts.js';
import { bits } from './key.js';

const A = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457, 67265.770927008700853,
  33430.575583588128105, 2509.0809287301226727,
];
const B = [1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061, 28729.085735721942674, 5226.495278852545925];
const C = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258, 0.24178072517745061177,
  0.0227238449892691845833, 7.7454501427834140764e-4,
];
const D = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4,
  1.05075007164441684324e-9,
];
const E = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093, 0.0012426609473880784386,
  2.71155556874348757815e-5, 2.01033439929228813265e-7,
];
const F = [
  1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4, 1.8463183175100546818e-5,
  1.4215117583164458887e-7, 2.04426310338993978564e-15,
];

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduceRight((sum, c) => sum * x + c, 0);

/** Natural logarithm of a positive normal float64 from basic arithmetic: `x = m·2ᵉ`, then ln m = 2 artanh((m − 1)/(m + 1)). */
function ln(x: number): number {
  let exponent = 0;
  let mantissa = x;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  const square = z * z;
  let sum = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return 2 * z * sum + exponent * Math.LN2;
}

/**
 * Inverse of the standard normal distribution function.
 * @param p probability in the open interval (0, 1)
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(A, r)) / polynomial(B, r);
  }
  const r = Math.sqrt(-ln(q < 0 ? p : 1 - p));
  const tail = r <= 5 ? polynomial(C, r - 1.6) / polynomial(D, r - 1.6) : polynomial(E, r - 5) / polynomial(F, r - 5);
  return q < 0 ? -tail : tail;
}

/** `count` standard normals from element `first` of the key's sequence on, as float32: equal to the bit on every engine. */
export function normals(source: Key, count: number, first = 0): Float32Array {
  return Float32Array.from(bits(source, count, first), (word) => normalQuantile((word + 0.5) / 2 ** 32));
}

/**
 * A tensor of standard normals.
 * @param shape `[batch, …]`; sample `i` depends on the key and on `first + i` alone, not on the batch size
 * @param first index of the first sample, default 0
 */
export function normal(source: Key, shape: readonly number[], first = 0): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const perSample = shape.length === 0 ? 1 : size / (shape[0] as number);
  return tensor(normals(source, size, first * perSample), [...shape], 'float32');
}
