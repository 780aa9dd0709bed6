/** What is done to every weight after every step. */
import { total } from './math';

// @ts-ignore: decorator
@inline
function lerped(from: v128, to: v128, weight: v128): v128 {
  return f32x4.add(from, f32x4.mul(weight, f32x4.sub(to, from)));
}

/** `out = from + weight·(to − from)`. */
export function lerp(from: usize, to: usize, out: usize, size: i32, weight: f32): void {
  const w = f32x4.splat(weight);
  for (; size >= 4; size -= 4) {
    v128.store(out, lerped(v128.load(from), v128.load(to), w));
    from += 16;
    to += 16;
    out += 16;
  }
  for (; size > 0; size--) {
    v128.store_lane<f32>(out, lerped(v128.load_zero<u32>(from), v128.load_zero<u32>(to), w), 0);
    from += 4;
    to += 4;
    out += 4;
  }
}

/** Sum of squares, added up in double precision by blocks of 4,096. */
export function squaredNorm(x: usize, size: i32): f64 {
  let sum: f64 = 0;
  while (size >= 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let block = min(256, size >> 4);
    size -= block << 4;
    for (; block > 0; block--) {
      const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x, 32), d = v128.load(x, 48);
      s0 = f32x4.add(s0, f32x4.mul(a, a));
      s1 = f32x4.add(s1, f32x4.mul(b, b));
      s2 = f32x4.add(s2, f32x4.mul(c, c));
      s3 = f32x4.add(s3, f32x4.mul(d, d));
      x += 64;
    }
    sum += total(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  for (; size > 0; size--) {
    const a = load<f32>(x);
    sum += a * a;
    x += 4;
  }
  return sum;
}

/** `step` = learningRate / (1 − β₁ᵗ), `root` = 1 / √(1 − β₂ᵗ), `decay` = learningRate·weightDecay. */
export function adamW(parameter: usize, gradient: usize, m: usize, v: usize, outParameter: usize, outM: usize, outV: usize, size: i32, scale: f32, beta1: f32, beta2: f32, epsilon: f32, step: f32, root: f32, decay: f32): void {
  const factor = f32x4.splat(scale), one = f32x4.splat(1);
  const rate1 = f32x4.sub(one, f32x4.splat(beta1)), rate2 = f32x4.sub(one, f32x4.splat(beta2));
  const eps = f32x4.splat(epsilon), length = f32x4.splat(step), inverse = f32x4.splat(root), shrink = f32x4.splat(decay);
  for (; size > 0; size -= 4) {
    const all = size >= 4;
    const p = all ? v128.load(parameter) : head(parameter, size);
    const g = f32x4.mul(all ? v128.load(gradient) : head(gradient, size), factor);
    const m0 = all ? v128.load(m) : head(m, size), v0 = all ? v128.load(v) : head(v, size);
    const m1 = lerped(m0, g, rate1), v1 = lerped(v0, f32x4.mul(g, g), rate2);
    const update = f32x4.div(f32x4.mul(length, m1), f32x4.add(f32x4.mul(f32x4.sqrt(v1), inverse), eps));
    const next = f32x4.sub(p, f32x4.add(update, f32x4.mul(shrink, p)));
    if (all) {
      v128.store(outParameter, next);
      v128.store(outM, m1);
      v128.store(outV, v1);
    } else {
      storeHead(outParameter, next, size);
      storeHead(outM, m1, size);
      storeHead(outV, v1, size);
    }
    parameter += 16;
    gradient += 16;
    m += 16;
    v += 16;
    outParameter += 16;
    outM += 16;
    outV += 16;
  }
}

/** One to three floats. */
function head(address: usize, count: i32): v128 {
  let v = v128.load_zero<u32>(address);
  if (count > 1) v = v128.load_lane<f32>(address, v, 1, 4);
  if (count > 2) v = v128.load_lane<f32>(address, v, 2, 8);
  return v;
}

function storeHead(address: usize, v: v128, count: i32): void {
  v128.store_lane<f32>(address, v, 0);
  if (count > 1) v128.store_lane<f32>(address, v, 1, 4);
  if (count > 2) v128.store_lane<f32>(address, v, 2, 8);
}
