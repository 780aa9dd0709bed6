/**
 * `sin` and `cos` of four floats at a time, absolute error below 2e-7, for arguments up to ±8192.
 *
 * `x = n·π/2 + r` with |r| ≤ π/4, π/2 subtracted in three parts of which the first two multiply by n without rounding (Cody & Waite 1980); then
 * the Taylor polynomial of sin or cos, whichever the quadrant asks for, to degree 9 or 8.
 */

// @ts-ignore: decorator
@inline
const LARGEST: f32 = 8192;

/** `sin(x + quarter·π/2)`. */
// @ts-ignore: decorator
@inline
function sine(x: v128, quarter: i32): v128 {
  // Adding 1.5·2^23 rounds to an integer and leaves it in the low bits.
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(0.636619772)), f32x4.splat(12582912));
  const n = f32x4.sub(shifted, f32x4.splat(12582912));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(1.5703125)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(4.837512969970703e-4)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(7.549789948768648e-8)));
  const square = f32x4.mul(r, r);
  let s = f32x4.add(f32x4.mul(square, f32x4.splat(1.0 / 362880)), f32x4.splat(-1.0 / 5040));
  s = f32x4.add(f32x4.mul(s, square), f32x4.splat(1.0 / 120));
  s = f32x4.add(f32x4.mul(s, square), f32x4.splat(-1.0 / 6));
  s = f32x4.add(f32x4.mul(f32x4.mul(s, square), r), r);
  let c = f32x4.add(f32x4.mul(square, f32x4.splat(1.0 / 40320)), f32x4.splat(-1.0 / 720));
  c = f32x4.add(f32x4.mul(c, square), f32x4.splat(1.0 / 24));
  c = f32x4.add(f32x4.mul(c, square), f32x4.splat(-0.5));
  c = f32x4.add(f32x4.mul(c, square), f32x4.splat(1));
  const quadrant = i32x4.add(shifted, i32x4.splat(quarter));
  const odd = i32x4.ne(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(0));
  const sign = i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30);
  return v128.xor(v128.bitselect(c, s, odd), sign);
}

/** Writes `sin(x + quarter·π/2)`, and tells whether all of x is within ±8192: if not, what is written is of no use. */
// @ts-ignore: decorator
@inline
function every(x: usize, y: usize, size: i32, quarter: i32): bool {
  const largest = f32x4.splat(LARGEST);
  let within = i32x4.splat(-1);
  for (; size >= 4; size -= 4) {
    const v = v128.load(x);
    within = v128.and(within, f32x4.le(f32x4.abs(v), largest));
    v128.store(y, sine(v, quarter));
    x += 16;
    y += 16;
  }
  for (; size > 0; size--) {
    const v = v128.load_zero<u32>(x);
    within = v128.and(within, f32x4.le(f32x4.abs(v), largest));
    v128.store_lane<f32>(y, sine(v, quarter), 0);
    x += 4;
    y += 4;
  }
  return i32x4.all_true(within);
}

/** `y = sin(x)`; 0 where that is beyond the range of {@link every}. */
export function sin(x: usize, y: usize, size: i32): bool {
  return every(x, y, size, 0);
}

/** `y = cos(x)`, as {@link sin}. */
export function cos(x: usize, y: usize, size: i32): bool {
  return every(x, y, size, 1);
}
