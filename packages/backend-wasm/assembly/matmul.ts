/** Batches of matrix products. */
import { inner, outer } from './tile';
import { packColumns, packRows, transpose } from './panels';

/** One row of a product: `out = bias + Σ_k a[k]·b[k]`. */
function row(a: usize, b: usize, bias: usize, out: usize, k: i32, n: i32, aStep: usize): void {
  const bytes = <usize>n << 2;
  let c: usize = 0;
  for (; c + 64 <= bytes; c += 64) {
    let p = a, q = b + c;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    if (bias != 0) {
      s0 = v128.load(bias + c);
      s1 = v128.load(bias + c, 16);
      s2 = v128.load(bias + c, 32);
      s3 = v128.load(bias + c, 48);
    }
    for (let i = k; i > 0; i--) {
      const f = v128.load_splat<f32>(p);
      s0 = f32x4.add(s0, f32x4.mul(f, v128.load(q)));
      s1 = f32x4.add(s1, f32x4.mul(f, v128.load(q, 16)));
      s2 = f32x4.add(s2, f32x4.mul(f, v128.load(q, 32)));
      s3 = f32x4.add(s3, f32x4.mul(f, v128.load(q, 48)));
      p += aStep;
      q += bytes;
    }
    v128.store(out + c, s0);
    v128.store(out + c, s1, 16);
    v128.store(out + c, s2, 32);
    v128.store(out + c, s3, 48);
  }
  for (; c + 16 <= bytes; c += 16) {
    let p = a, q = b + c, s = bias != 0 ? v128.load(bias + c) : f32x4.splat(0);
    for (let i = k; i > 0; i--) {
      s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(p), v128.load(q)));
      p += aStep;
      q += bytes;
    }
    v128.store(out + c, s);
  }
  for (; c < bytes; c += 4) {
    let p = a, q = b + c, s: f32 = bias != 0 ? load<f32>(bias + c) : 0;
    for (let i = k; i > 0; i--) {
      s += load<f32>(p) * load<f32>(q);
      p += aStep;
      q += bytes;
    }
    store<f32>(out + c, s);
  }
}

/** One column of a product with the first operand transposed, for a multiple of four rows: `out[r] = Σ_k a[k][r]·b[k]`. */
function column(a: usize, b: usize, out: usize, k: i32, rows: i32, aRow: usize, bRow: usize, outRow: usize): void {
  for (let r = 0; r < rows; r += 4) {
    let p = a, q = b, s = f32x4.splat(0);
    for (let i = k; i > 0; i--) {
      s = f32x4.add(s, f32x4.mul(v128.load(p), v128.load_splat<f32>(q)));
      p += aRow;
      q += bRow;
    }
    v128.store_lane<f32>(out, s, 0);
    v128.store_lane<f32>(out + outRow, s, 1);
    v128.store_lane<f32>(out + 2 * outRow, s, 2);
    v128.store_lane<f32>(out + 3 * outRow, s, 3);
    a += 16;
    out += 4 * outRow;
  }
}

/**
 * `out[i] = a[i]·b[i]`, an m x k and a k x n matrix, either stored transposed; a stride of 0 repeats an operand. `bias` (n floats) may be 0.
 * Scratch: `8·k·ceil(n/8)` floats for `panels`, `m·k` for `rows` (used only with `transposeA`).
 */
export function matMul(a: usize, b: usize, bias: usize, out: usize, batch: i32, m: i32, k: i32, n: i32, strideA: usize, strideB: usize, transposeA: bool, transposeB: bool, panels: usize, rows: usize): void {
  const length = <usize>k << 2, outRow = <usize>n << 2;
  if (m < 4 && !transposeB) {
    // Too few rows to pay for packing.
    for (let i = 0; i < batch; i++) {
      for (let r = 0; r < m; r++) {
        if (transposeA) row(a + (<usize>r << 2), b, bias, out, k, n, <usize>m << 2);
        else row(a + r * length, b, bias, out, k, n, 4);
        out += outRow;
      }
      a += strideA;
      b += strideB;
    }
    return;
  }
  if (transposeA && !transposeB && bias == 0) {
    // Sums of outer products in tiles need no packing, and read both operands forward. The last rows and columns come apart.
    const tileRows = m & ~3, tileColumns = n & ~3, aRow = <usize>m << 2;
    memory.fill(out, 0, batch * m * outRow);
    for (let i = 0; i < batch; i++) {
      for (let begin = 0; begin < k; begin += 256) {
        const left = a + begin * aRow, right = b + begin * outRow, count = min(256, k - begin);
        for (let j = 0; j < tileColumns; j += 8) for (let r = 0; r < tileRows; r += 4) {
          if (tileColumns - j > 4) outer(left + (<usize>r << 2), right + (<usize>j << 2), out + r * outRow + (<usize>j << 2), outRow, 1, count, 0, aRow, 0, outRow, true);
          else outer(left + (<usize>r << 2), right + (<usize>j << 2), out + r * outRow + (<usize>j << 2), outRow, 1, count, 0, aRow, 0, outRow, false);
        }
      }
      for (let j = tileColumns; j < n; j++) column(a, b + (<usize>j << 2), out + (<usize>j << 2), k, tileRows, aRow, outRow, outRow);
      for (let r = tileRows; r < m; r++) row(a + (<usize>r << 2), b, 0, out + r * outRow, k, n, aRow);
      a += strideA;
      b += strideB;
      out += <usize>m * outRow;
    }
    return;
  }
  for (let i = 0; i < batch; i++) {
    if (i == 0 || strideB != 0) {
      if (transposeB) for (let j = 0; j < n; j += 8) packColumns(b + j * length, panels + j * length, k, min(8, n - j), length);
      else packRows(b, panels, k, n, outRow);
    }
    let left = a;
    if (transposeA) {
      transpose(a, rows, k, m);
      left = rows;
    }
    // A block of rows stays in the first-level cache while the panels stream past it.
    for (let block = 0; block < m; block += 64) {
      const end = min(m, block + 64), last = end - 1;
      for (let j = 0; j < n; j += 8) {
        const count = min(8, n - j);
        let bias0 = f32x4.splat(0), bias1 = bias0;
        if (bias != 0) {
          const address = bias + (<usize>j << 2);
          if (count == 8) {
            bias0 = v128.load(address);
            bias1 = v128.load(address, 16);
          } else {
            bias0 = partial(address, min(4, count));
            bias1 = count > 4 ? partial(address + 16, count - 4) : f32x4.splat(0);
          }
        }
        const panel = panels + j * length;
        for (let r = block; r < end; r += 4) {
          const r1 = min(r + 1, last), r2 = min(r + 2, last), r3 = min(r + 3, last);
          const column = out + (<usize>j << 2);
          if (count > 4) inner(left + r * length, left + r1 * length, left + r2 * length, left + r3 * length, panel, 1, k, 0, bias0, bias1, column + r * outRow, column + r1 * outRow, column + r2 * outRow, column + r3 * outRow, count, true);
          else inner(left + r * length, left + r1 * length, left + r2 * length, left + r3 * length, panel, 1, k, 0, bias0, bias1, column + r * outRow, column + r1 * outRow, column + r2 * outRow, column + r3 * outRow, count, false);
        }
      }
    }
    a += strideA;
    b += strideB;
    out += <usize>m * outRow;
  }
}

/** The first `count` (1 to 4) floats at an address, zero beyond. */
export function partial(address: usize, count: i32): v128 {
  let v = v128.load_zero<u32>(address);
  if (count > 1) v = v128.load_lane<f32>(address, v, 1, 4);
  if (count > 2) v = v128.load_lane<f32>(address, v, 2, 8);
  if (count > 3) v = v128.load_lane<f32>(address, v, 3, 12);
  return v;
}
