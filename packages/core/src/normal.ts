/**
 * Standard normals by the inverse of the normal distribution function, in float64 from +, −, ×, ÷ and √ alone: IEEE 754
 * defines these to the bit, while engines differ in `Math.log` and `Math.cos`. So noise is the same everywhere.
 *
 * Rational approximations: Wichura 1988, algorithm AS 241 (PPND16), relative error about 1e-16.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Key } from './contracts.js';
import { shaped } from './internal/shaped.js';
import { bits } from './key.js';

/** Of a polynomial of degree 7, from the constant on. */
type Coefficients = readonly [number, number, number, number, number, number, number, number];

const A: Coefficients = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const B: Coefficients = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852546,
];
const C: Coefficients = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const D: Coefficients = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
  1.0507500716444169e-9,
];
const E: Coefficients = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
  2.7115555687434876e-5, 2.0103343992922881e-7,
];
const F: Coefficients = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
];

function polynomial(c: Coefficients, x: number): number {
  return ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0];
}

/** Of `artanh(z)/z` in powers of z². */
const ARTANH = Array.from({ length: 11 }, (_, i) => 1 / (2 * i + 1));

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
  for (let i = ARTANH.length - 1; i >= 0; i--) sum = sum * square + (ARTANH[i] as number);
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

/** `ln N(z; 0, 1) = −½(z² + ln 2π)`. */
export function logNormalDensity(z: number): number {
  return -0.5 * (z * z + Math.log(2 * Math.PI));
}

/** `count` standard normals from element `first` of the key's sequence on, as float32: equal to the bit on every engine. */
export function normals(source: Key, count: number, first = 0): Float32Array {
  const words = bits(source, count, first);
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = normalQuantile(((words[i] as number) + 0.5) / 2 ** 32);
  return numbers;
}

/**
 * A tensor of standard normals.
 * @param shape `[batch, …]`; sample `i` depends on the key and on `first + i` alone, not on the batch size
 * @param first index of the first sample, default 0
 */
export function normal(source: Key, shape: readonly number[], first = 0): Tensor {
  return shaped((count, start) => normals(source, count, start), shape, first);
}
