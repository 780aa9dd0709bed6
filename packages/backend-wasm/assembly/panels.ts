/** Packing the second operand into panels of eight columns, and transposing: what the tiles need to read forward only. */

/** `panels[j / 8][k][j % 8] = b[k][j]`, zero beyond the last column. */
export function packRows(b: usize, panels: usize, rows: i32, columns: i32, rowStride: usize): void {
  for (let j = 0; j < columns; j += 8) {
    const count = min(8, columns - j);
    let source = b + (<usize>j << 2);
    for (let k = 0; k < rows; k++) {
      if (count == 8) {
        v128.store(panels, v128.load(source));
        v128.store(panels, v128.load(source, 16), 16);
      } else {
        v128.store(panels, f32x4.splat(0));
        v128.store(panels, f32x4.splat(0), 16);
        for (let i = 0; i < count; i++) store<f32>(panels + (<usize>i << 2), load<f32>(source + (<usize>i << 2)));
      }
      source += rowStride;
      panels += 32;
    }
  }
}

/** One panel of the transpose: `panel[k][i] = b[i][k]` for i < `count`, zero up to 8. */
export function packColumns(b: usize, panel: usize, length: i32, count: i32, rowStride: usize): void {
  if (count < 8) memory.fill(panel, 0, <usize>length << 5);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    let p0 = b + i * rowStride, p1 = p0 + rowStride, p2 = p1 + rowStride, p3 = p2 + rowStride;
    let out = panel + (<usize>i << 2);
    let k = length;
    for (; k >= 4; k -= 4) {
      const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2), r3 = v128.load(p3);
      const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
      v128.store(out, v128.shuffle<i64>(t0, t2, 0, 2));
      v128.store(out, v128.shuffle<i64>(t0, t2, 1, 3), 32);
      v128.store(out, v128.shuffle<i64>(t1, t3, 0, 2), 64);
      v128.store(out, v128.shuffle<i64>(t1, t3, 1, 3), 96);
      p0 += 16; p1 += 16; p2 += 16; p3 += 16;
      out += 128;
    }
    for (; k > 0; k--) {
      store<f32>(out, load<f32>(p0));
      store<f32>(out, load<f32>(p1), 4);
      store<f32>(out, load<f32>(p2), 8);
      store<f32>(out, load<f32>(p3), 12);
      p0 += 4; p1 += 4; p2 += 4; p3 += 4;
      out += 32;
    }
  }
  for (; i < count; i++) {
    const source = b + i * rowStride;
    for (let k = 0; k < length; k++) store<f32>(panel + (<usize>k << 5) + (<usize>i << 2), load<f32>(source + (<usize>k << 2)));
  }
}

/** `out[j][i] = x[i][j]`. */
export function transpose(x: usize, out: usize, rows: i32, columns: i32): void {
  const inRow = <usize>columns << 2, outRow = <usize>rows << 2;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    let p0 = x + i * inRow, p1 = p0 + inRow, p2 = p1 + inRow, p3 = p2 + inRow;
    let q = out + (<usize>i << 2);
    let j = columns;
    for (; j >= 4; j -= 4) {
      const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2), r3 = v128.load(p3);
      const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
      v128.store(q, v128.shuffle<i64>(t0, t2, 0, 2));
      v128.store(q + outRow, v128.shuffle<i64>(t0, t2, 1, 3));
      v128.store(q + 2 * outRow, v128.shuffle<i64>(t1, t3, 0, 2));
      v128.store(q + 3 * outRow, v128.shuffle<i64>(t1, t3, 1, 3));
      p0 += 16; p1 += 16; p2 += 16; p3 += 16;
      q += 4 * outRow;
    }
    for (; j > 0; j--) {
      store<f32>(q, load<f32>(p0));
      store<f32>(q, load<f32>(p1), 4);
      store<f32>(q, load<f32>(p2), 8);
      store<f32>(q, load<f32>(p3), 12);
      p0 += 4; p1 += 4; p2 += 4; p3 += 4;
      q += outRow;
    }
  }
  for (; i < rows; i++) {
    const source = x + i * inRow;
    for (let j = 0; j < columns; j++) store<f32>(out + j * outRow + (<usize>i << 2), load<f32>(source + (<usize>j << 2)));
  }
}
