/** Sums over the middle of `[outer, middle, inner]`. */
import { total } from './math';

/** Sum of a row, by blocks so that rounding errors stay small. */
function sumRow(x: usize, size: i32): f32 {
  let sum: f64 = 0;
  while (size >= 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let block = min(256, size >> 4);
    size -= block << 4;
    for (; block > 0; block--) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x, 16));
      s2 = f32x4.add(s2, v128.load(x, 32));
      s3 = f32x4.add(s3, v128.load(x, 48));
      x += 64;
    }
    sum += total(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  for (; size > 0; size--) {
    sum += load<f32>(x);
    x += 4;
  }
  return <f32>sum;
}

/** `out[o][i] = factor·Σ_m x[o][m][i]`. */
export function sum(x: usize, out: usize, outerSize: i32, middle: i32, innerSize: i32, factor: f32): void {
  const row = <usize>innerSize << 2, scale = f32x4.splat(factor);
  for (let o = 0; o < outerSize; o++) {
    if (innerSize == 1) {
      store<f32>(out, factor * sumRow(x, middle));
    } else {
      memory.fill(out, 0, row);
      for (let begin = 0; begin < middle; begin += 256) {
        const count = min(256, middle - begin), last = begin + count == middle;
        const block = x + begin * row;
        let c: usize = 0;
        for (; c + 64 <= row; c += 64) {
          let p = block + c;
          let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
          for (let i = count; i > 0; i--) {
            s0 = f32x4.add(s0, v128.load(p));
            s1 = f32x4.add(s1, v128.load(p, 16));
            s2 = f32x4.add(s2, v128.load(p, 32));
            s3 = f32x4.add(s3, v128.load(p, 48));
            p += row;
          }
          const target = out + c;
          v128.store(target, f32x4.add(v128.load(target), s0));
          v128.store(target, f32x4.add(v128.load(target, 16), s1), 16);
          v128.store(target, f32x4.add(v128.load(target, 32), s2), 32);
          v128.store(target, f32x4.add(v128.load(target, 48), s3), 48);
        }
        for (; c + 16 <= row; c += 16) {
          let p = block + c, s = f32x4.splat(0);
          for (let i = count; i > 0; i--) {
            s = f32x4.add(s, v128.load(p));
            p += row;
          }
          v128.store(out + c, f32x4.add(v128.load(out + c), s));
        }
        for (; c < row; c += 4) {
          let p = block + c, s: f32 = 0;
          for (let i = count; i > 0; i--) {
            s += load<f32>(p);
            p += row;
          }
          store<f32>(out + c, load<f32>(out + c) + s);
        }
        if (last && factor != 1) {
          for (c = 0; c + 16 <= row; c += 16) v128.store(out + c, f32x4.mul(v128.load(out + c), scale));
          for (; c < row; c += 4) store<f32>(out + c, load<f32>(out + c) * factor);
        }
      }
    }
    x += middle * row;
    out += row;
  }
}
