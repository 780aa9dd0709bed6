/** Elementary functions of four floats. */

/**
 * `exp`, relative error below 2e-7·(1 + |x|/16); arguments beyond ±87 are taken as ±87.
 * `exp(x) = 2^n·exp(r)` with |r| ≤ ln(2)/2, ln(2) subtracted in two parts, and of all polynomials of
 * degree 5 that are 1 at 0 the one with the smallest relative error, 9e-8.
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(87)), f32x4.splat(-87));
  // Adding 1.5·2^23 rounds to an integer and leaves it in the low bits.
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(12582912));
  const n = f32x4.sub(shifted, f32x4.splat(12582912));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(0.008290229365229607);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.04189838841557503));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16667640209197998));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.49999144673347473));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.9999997019767761));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
}

/** `x·sigmoid(x)`. */
// @ts-ignore: decorator
@inline
export function silu(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(x, f32x4.add(one, exp(f32x4.neg(x))));
}

/** Derivative of `x·sigmoid(x)`. */
// @ts-ignore: decorator
@inline
export function siluSlope(x: v128): v128 {
  const s = sigmoid(x), one = f32x4.splat(1);
  return f32x4.mul(s, f32x4.add(one, f32x4.mul(x, f32x4.sub(one, s))));
}

// @ts-ignore: decorator
@inline
export function total(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}
