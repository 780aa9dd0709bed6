/**
 * Group normalisation (Wu & He 2018, https://arxiv.org/abs/1803.08494) of `[batch, pixels, channels]`, with or without SiLU behind it, with one
 * scale and shift per channel, or per sample and channel.
 *
 * Statistics in two passes over an image that stays in cache, so that no digits cancel. What belongs to a channel is kept in rows of `channels`
 * floats in `scratch`.
 */
import { silu, siluSlope } from './math';

/** `sums[c] = Σ_p x[p][c]`, or of the squares of `x[p][c] − mean[c]`. */
function sumImage(x: usize, sums: usize, pixels: i32, channels: i32, mean: usize): void {
  const pixel = <usize>channels << 2;
  let c = 0;
  for (; c + 16 <= channels; c += 16) {
    let p = x + (<usize>c << 2);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    if (mean == 0) {
      for (let i = pixels; i > 0; i--) {
        s0 = f32x4.add(s0, v128.load(p));
        s1 = f32x4.add(s1, v128.load(p, 16));
        s2 = f32x4.add(s2, v128.load(p, 32));
        s3 = f32x4.add(s3, v128.load(p, 48));
        p += pixel;
      }
    } else {
      const m = mean + (<usize>c << 2);
      const m0 = v128.load(m), m1 = v128.load(m, 16), m2 = v128.load(m, 32), m3 = v128.load(m, 48);
      for (let i = pixels; i > 0; i--) {
        const d0 = f32x4.sub(v128.load(p), m0), d1 = f32x4.sub(v128.load(p, 16), m1);
        s0 = f32x4.add(s0, f32x4.mul(d0, d0));
        s1 = f32x4.add(s1, f32x4.mul(d1, d1));
        const d2 = f32x4.sub(v128.load(p, 32), m2), d3 = f32x4.sub(v128.load(p, 48), m3);
        s2 = f32x4.add(s2, f32x4.mul(d2, d2));
        s3 = f32x4.add(s3, f32x4.mul(d3, d3));
        p += pixel;
      }
    }
    const out = sums + (<usize>c << 2);
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
  }
  for (; c + 4 <= channels; c += 4) {
    let p = x + (<usize>c << 2), s = f32x4.splat(0);
    const m = mean == 0 ? s : v128.load(mean + (<usize>c << 2));
    for (let i = pixels; i > 0; i--) {
      let d = v128.load(p);
      if (mean != 0) {
        d = f32x4.sub(d, m);
        d = f32x4.mul(d, d);
      }
      s = f32x4.add(s, d);
      p += pixel;
    }
    v128.store(sums + (<usize>c << 2), s);
  }
  for (; c < channels; c++) {
    let p = x + (<usize>c << 2), s: f32 = 0;
    const m: f32 = mean == 0 ? 0 : load<f32>(mean + (<usize>c << 2));
    for (let i = pixels; i > 0; i--) {
      let d = load<f32>(p);
      if (mean != 0) {
        d -= m;
        d *= d;
      }
      s += d;
      p += pixel;
    }
    store<f32>(sums + (<usize>c << 2), s);
  }
}

/** `y = (x − mean)·gain + shift`, then SiLU if wanted. */
// @ts-ignore: decorator
@inline
function normalized(x: v128, mean: v128, gain: v128, shift: v128, activate: bool): v128 {
  const z = f32x4.add(f32x4.mul(f32x4.sub(x, mean), gain), shift);
  return activate ? silu(z) : z;
}

// @ts-ignore: decorator
@inline
function apply(x: usize, y: usize, pixels: i32, channels: i32, means: usize, gains: usize, shifts: usize, activate: bool): void {
  const size = <usize>channels << 2, whole = size & ~15;
  for (let i = pixels; i > 0; i--) {
    let c: usize = 0;
    for (; c < whole; c += 16) v128.store(y + c, normalized(v128.load(x + c), v128.load(means + c), v128.load(gains + c), v128.load(shifts + c), activate));
    for (; c < size; c += 4) {
      v128.store_lane<f32>(y + c, normalized(v128.load_zero<u32>(x + c), v128.load_zero<u32>(means + c), v128.load_zero<u32>(gains + c), v128.load_zero<u32>(shifts + c), activate), 0);
    }
    x += size;
    y += size;
  }
}

/** `perSample`: whether `scale` and `shift` have a row for each sample. Scratch: `3·channels` floats. */
export function groupNorm(x: usize, scale: usize, shift: usize, y: usize, mean: usize, rstd: usize, batch: i32, pixels: i32, channels: i32, groups: i32, epsilon: f32, activate: bool, perSample: bool, scratch: usize): void {
  const width = channels / groups, row = <usize>channels << 2, image = pixels * row;
  const step: usize = perSample ? row : 0;
  const count = <f64>width * <f64>pixels;
  const sums = scratch, means = scratch + row, gains = means + row;
  for (let i = 0; i < batch; i++) {
    sumImage(x, sums, pixels, channels, 0);
    for (let g = 0; g < groups; g++) {
      let sum: f64 = 0;
      for (let c = g * width; c < (g + 1) * width; c++) sum += load<f32>(sums + (<usize>c << 2));
      const m = <f32>(sum / count);
      store<f32>(mean + (<usize>g << 2), m);
      for (let c = g * width; c < (g + 1) * width; c++) store<f32>(means + (<usize>c << 2), m);
    }
    sumImage(x, sums, pixels, channels, means);
    for (let g = 0; g < groups; g++) {
      let sum: f64 = 0;
      for (let c = g * width; c < (g + 1) * width; c++) sum += load<f32>(sums + (<usize>c << 2));
      const r = <f32>(1 / Math.sqrt(sum / count + epsilon));
      store<f32>(rstd + (<usize>g << 2), r);
      for (let c = g * width; c < (g + 1) * width; c++) store<f32>(gains + (<usize>c << 2), r * load<f32>(scale + (<usize>c << 2)));
    }
    if (activate) apply(x, y, pixels, channels, means, gains, shift, true);
    else apply(x, y, pixels, channels, means, gains, shift, false);
    x += image;
    y += image;
    scale += step;
    shift += step;
    mean += <usize>groups << 2;
    rstd += <usize>groups << 2;
  }
}

/** Writes `dz = dy·activation′(z)` and adds up `Σ dz` and `Σ dz·(x − mean)` by channel. */
// @ts-ignore: decorator
@inline
function gather(x: usize, dy: usize, dz: usize, pixels: i32, channels: i32, means: usize, gains: usize, shifts: usize, first: usize, second: usize, activate: bool): void {
  const row = <usize>channels << 2;
  let c: usize = 0;
  for (; c + 16 <= row; c += 16) {
    const mean = v128.load(means + c), gain = v128.load(gains + c), shift = v128.load(shifts + c);
    let s = f32x4.splat(0), t = s;
    let offset = c;
    for (let i = pixels; i > 0; i--) {
      const d = f32x4.sub(v128.load(x + offset), mean);
      let g = v128.load(dy + offset);
      if (activate) g = f32x4.mul(g, siluSlope(f32x4.add(f32x4.mul(d, gain), shift)));
      v128.store(dz + offset, g);
      s = f32x4.add(s, g);
      t = f32x4.add(t, f32x4.mul(g, d));
      offset += row;
    }
    v128.store(first + c, s);
    v128.store(second + c, t);
  }
  for (; c < row; c += 4) {
    const mean = v128.load_zero<u32>(means + c), gain = v128.load_zero<u32>(gains + c), shift = v128.load_zero<u32>(shifts + c);
    let s = f32x4.splat(0), t = s;
    let offset = c;
    for (let i = pixels; i > 0; i--) {
      const d = f32x4.sub(v128.load_zero<u32>(x + offset), mean);
      let g = v128.load_zero<u32>(dy + offset);
      if (activate) g = f32x4.mul(g, siluSlope(f32x4.add(f32x4.mul(d, gain), shift)));
      v128.store_lane<f32>(dz + offset, g, 0);
      s = f32x4.add(s, g);
      t = f32x4.add(t, f32x4.mul(g, d));
      offset += row;
    }
    v128.store_lane<f32>(first + c, s, 0);
    v128.store_lane<f32>(second + c, t, 0);
  }
}

/** `perSample` as in {@link groupNorm}, for the gradients too. Scratch: `6·channels` floats. */
export function groupNormGrad(x: usize, scale: usize, shift: usize, mean: usize, rstd: usize, dy: usize, dx: usize, dscale: usize, dshift: usize, batch: i32, pixels: i32, channels: i32, groups: i32, activate: bool, perSample: bool, scratch: usize): void {
  const width = channels / groups, row = <usize>channels << 2, image = pixels * row;
  const step: usize = perSample ? row : 0;
  const count = <f64>width * <f64>pixels;
  const means = scratch, gains = means + row, first = gains + row, second = first + row, offsets = second + row, slopes = offsets + row;
  memory.fill(dscale, 0, perSample ? batch * row : row);
  memory.fill(dshift, 0, perSample ? batch * row : row);
  for (let i = 0; i < batch; i++) {
    for (let g = 0; g < groups; g++) {
      const m = load<f32>(mean + (<usize>g << 2)), r = load<f32>(rstd + (<usize>g << 2));
      for (let c = g * width; c < (g + 1) * width; c++) {
        const at = <usize>c << 2;
        store<f32>(means + at, m);
        store<f32>(gains + at, r * load<f32>(scale + at));
      }
    }
    if (activate) gather(x, dy, dx, pixels, channels, means, gains, shift, first, second, true);
    else gather(x, dy, dx, pixels, channels, means, gains, shift, first, second, false);
    // dx = dz·gain − rstd·mean(dz·scale) − (x − mean)·rstd³·mean(dz·scale·(x − mean))
    for (let g = 0; g < groups; g++) {
      const r = load<f32>(rstd + (<usize>g << 2));
      let s: f64 = 0, t: f64 = 0;
      for (let c = g * width; c < (g + 1) * width; c++) {
        const at = <usize>c << 2;
        const a = load<f32>(first + at), b = load<f32>(second + at), f = load<f32>(scale + at);
        s += a * f;
        t += b * f;
        store<f32>(dshift + at, load<f32>(dshift + at) + a);
        store<f32>(dscale + at, load<f32>(dscale + at) + b * r);
      }
      const offset = <f32>(r * s / count), slope = <f32>(<f64>r * r * r * t / count);
      for (let c = g * width; c < (g + 1) * width; c++) {
        const at = <usize>c << 2;
        store<f32>(offsets + at, offset);
        store<f32>(slopes + at, slope);
      }
    }
    const whole = row & ~15;
    for (let p = pixels; p > 0; p--) {
      let c: usize = 0;
      for (; c < whole; c += 16) {
        const centred = f32x4.sub(v128.load(x + c), v128.load(means + c));
        const g = f32x4.sub(f32x4.mul(v128.load(dx + c), v128.load(gains + c)), v128.load(offsets + c));
        v128.store(dx + c, f32x4.sub(g, f32x4.mul(centred, v128.load(slopes + c))));
      }
      for (; c < row; c += 4) {
        const centred = load<f32>(x + c) - load<f32>(means + c);
        store<f32>(dx + c, load<f32>(dx + c) * load<f32>(gains + c) - load<f32>(offsets + c) - centred * load<f32>(slopes + c));
      }
      x += row;
      dx += row;
    }
    dy += image;
    scale += step;
    shift += step;
    dscale += step;
    dshift += step;
    mean += <usize>groups << 2;
    rstd += <usize>groups << 2;
  }
}
