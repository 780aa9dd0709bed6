/**
 * Register tiles: the two loops in which convolutions and matrix products spend their time.
 *
 * Both hold a 4 x 8 block of the result in eight vector registers (more would spill: V8 leaves 15) and do 64 flops for six loads. Pointers and
 * strides are bytes, counts are elements. Unrolling the innermost loops by four makes V8's code a fifth slower.
 */

// @ts-ignore: decorator
@inline
function fma(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** `out[i][j] += Σ_yx a[y][x][i]·b[y][x][j]`, i < 4, j < 8 (`wide`) or 4: both operands contiguous in what is kept, strided in what is summed. */
// @ts-ignore: decorator
@inline
export function outer(a: usize, b: usize, out: usize, outRow: usize, rows: i32, columns: i32, aRow: usize, aColumn: usize, bRow: usize, bColumn: usize, wide: bool): void {
  const out1 = out + outRow, out2 = out1 + outRow, out3 = out2 + outRow;
  let s00 = v128.load(out), s01 = wide ? v128.load(out, 16) : s00;
  let s10 = v128.load(out1), s11 = wide ? v128.load(out1, 16) : s10;
  let s20 = v128.load(out2), s21 = wide ? v128.load(out2, 16) : s20;
  let s30 = v128.load(out3), s31 = wide ? v128.load(out3, 16) : s30;
  for (let y = rows; y > 0; y--) {
    let p = a, q = b;
    for (let x = columns; x > 0; x--) {
      const b0 = v128.load(q), b1 = wide ? v128.load(q, 16) : b0;
      let f = v128.load_splat<f32>(p);
      s00 = fma(s00, f, b0); if (wide) s01 = fma(s01, f, b1);
      f = v128.load_splat<f32>(p, 4);
      s10 = fma(s10, f, b0); if (wide) s11 = fma(s11, f, b1);
      f = v128.load_splat<f32>(p, 8);
      s20 = fma(s20, f, b0); if (wide) s21 = fma(s21, f, b1);
      f = v128.load_splat<f32>(p, 12);
      s30 = fma(s30, f, b0); if (wide) s31 = fma(s31, f, b1);
      p += aColumn;
      q += bColumn;
    }
    a += aRow;
    b += bRow;
  }
  v128.store(out, s00); if (wide) v128.store(out, s01, 16);
  v128.store(out1, s10); if (wide) v128.store(out1, s11, 16);
  v128.store(out2, s20); if (wide) v128.store(out2, s21, 16);
  v128.store(out3, s30); if (wide) v128.store(out3, s31, 16);
}

/** Stores the first `count` of eight floats. */
// @ts-ignore: decorator
@inline
function store(out: usize, count: i32, low: v128, high: v128): void {
  if (count >= 8) {
    v128.store(out, low);
    v128.store(out, high, 16);
    return;
  }
  if (count >= 4) {
    v128.store(out, low);
    out += 16;
    count -= 4;
    low = high;
  }
  if (count > 0) v128.store_lane<f32>(out, low, 0);
  if (count > 1) v128.store_lane<f32>(out, low, 1, 4);
  if (count > 2) v128.store_lane<f32>(out, low, 2, 8);
}

/**
 * `out_i[j] = bias_j + Σ_t Σ_k a_i[t][k]·b[t][k][j]` for four rows i at any addresses and `count` ≤ 8 columns j.
 * `a_i` is contiguous in k, `b` is a packed panel of eight columns. `wide` says, when compiled, whether more than four of them are wanted.
 */
// @ts-ignore: decorator
@inline
export function inner(a0: usize, a1: usize, a2: usize, a3: usize, b: usize, taps: i32, length: i32, tapStride: usize, bias0: v128, bias1: v128, out0: usize, out1: usize, out2: usize, out3: usize, count: i32, wide: bool): void {
  let s00 = bias0, s01 = bias1, s10 = bias0, s11 = bias1, s20 = bias0, s21 = bias1, s30 = bias0, s31 = bias1;
  for (let t = taps; t > 0; t--) {
    let p0 = a0, p1 = a1, p2 = a2, p3 = a3;
    for (let k = length; k > 0; k--) {
      const b0 = v128.load(b), b1 = wide ? v128.load(b, 16) : b0;
      let f = v128.load_splat<f32>(p0); s00 = fma(s00, f, b0); if (wide) s01 = fma(s01, f, b1);
      f = v128.load_splat<f32>(p1); s10 = fma(s10, f, b0); if (wide) s11 = fma(s11, f, b1);
      f = v128.load_splat<f32>(p2); s20 = fma(s20, f, b0); if (wide) s21 = fma(s21, f, b1);
      f = v128.load_splat<f32>(p3); s30 = fma(s30, f, b0); if (wide) s31 = fma(s31, f, b1);
      p0 += 4; p1 += 4; p2 += 4; p3 += 4;
      b += 32;
    }
    a0 += tapStride; a1 += tapStride; a2 += tapStride; a3 += tapStride;
  }
  store(out0, count, s00, s01);
  store(out1, count, s10, s11);
  store(out2, count, s20, s21);
  store(out3, count, s30, s31);
}
