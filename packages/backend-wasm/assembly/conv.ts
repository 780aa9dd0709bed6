/**
 * Two-dimensional convolution, NHWC, and its gradients, as products of matrices that are never formed.
 *
 * A row of `kernelWidth` pixels is contiguous in a zero-padded image, so one tap of the loops covers a whole kernel row of `kernelWidth·channels`
 * values. The input gradient is such a convolution of `dy` for each residue of the position by the stride, with the kernel rows that meet it.
 */
import { partial } from './matmul';
import { packColumns, packRows } from './panels';
import { inner, outer } from './tile';

/** Copies an image into the interior of a larger one, whose border is left as it is; what does not fit is cut off. */
function place(x: usize, out: usize, height: i32, width: i32, outHeight: i32, outWidth: i32, top: i32, left: i32, pixel: usize, outPixel: usize): void {
  const rows = min(height, outHeight - top), columns = min(width, outWidth - left);
  if (columns <= 0) return;
  for (let y = 0; y < rows; y++) {
    const source = x + y * width * pixel, target = out + ((y + top) * outWidth + left) * outPixel;
    if (pixel == outPixel) memory.copy(target, source, columns * pixel);
    else for (let c = 0; c < columns; c++) memory.copy(target + c * outPixel, source + c * pixel, pixel);
  }
}

/** One image: every output pixel is `taps` rows of `length` values that start at `x + oy·rowStep + ox·pixelStep`. Panels as `packRows` makes them. */
function correlate(x: usize, panels: usize, bias: usize, out: usize, height: i32, width: i32, channels: i32, rowStep: usize, pixelStep: usize, taps: i32, length: i32, tapStride: usize, outRow: usize, outPixel: usize): void {
  const pixels = height * width, panelSize = <usize>(taps * length) << 5;
  // A block of pixels stays in the first-level cache while the panels stream past it.
  for (let block = 0; block < pixels; block += 32) {
    const end = min(pixels, block + 32);
    for (let j = 0; j < channels; j += 8) {
      const count = min(8, channels - j);
      let bias0 = f32x4.splat(0), bias1 = bias0;
      if (bias != 0) {
        const address = bias + (<usize>j << 2);
        bias0 = partial(address, min(4, count));
        if (count > 4) bias1 = partial(address + 16, count - 4);
      }
      const panel = panels + (<usize>j >> 3) * panelSize, column = out + (<usize>j << 2);
      let y = block / width, c = block % width;
      for (let p = block; p < end; p += 4) {
        // The last group repeats its last pixel.
        const a0 = x + y * rowStep + c * pixelStep, o0 = column + y * outRow + c * outPixel;
        let a1 = a0, o1 = o0;
        if (++c == width) { c = 0; y++; }
        if (p + 1 < end) { a1 = x + y * rowStep + c * pixelStep; o1 = column + y * outRow + c * outPixel; }
        let a2 = a1, o2 = o1;
        if (++c == width) { c = 0; y++; }
        if (p + 2 < end) { a2 = x + y * rowStep + c * pixelStep; o2 = column + y * outRow + c * outPixel; }
        let a3 = a2, o3 = o2;
        if (++c == width) { c = 0; y++; }
        if (p + 3 < end) { a3 = x + y * rowStep + c * pixelStep; o3 = column + y * outRow + c * outPixel; }
        if (++c == width) { c = 0; y++; }
        if (count > 4) inner(a0, a1, a2, a3, panel, taps, length, tapStride, bias0, bias1, o0, o1, o2, o3, count, true);
        else inner(a0, a1, a2, a3, panel, taps, length, tapStride, bias0, bias1, o0, o1, o2, o3, count, false);
      }
    }
  }
}

/**
 * `y = conv(x, filter) + bias`; `bias` may be 0. Scratch: `8·kh·kw·ci·ceil(co/8)` floats for `panels`; `padded` is one image of
 * `((oh−1)·sh+kh) x ((ow−1)·sw+kw)` pixels, or 0 if every window lies inside the input.
 */
export function conv2d(x: usize, filter: usize, bias: usize, out: usize, batch: i32, h: i32, w: i32, ci: i32, oh: i32, ow: i32, co: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, panels: usize, padded: usize): void {
  const pixel = <usize>ci << 2, length = kw * ci;
  const ph = (oh - 1) * sh + kh, pw = (ow - 1) * sw + kw;
  packRows(filter, panels, kh * length, co, <usize>co << 2);
  if (padded != 0) memory.fill(padded, 0, ph * pw * pixel);
  const row = (padded != 0 ? pw : w) * pixel;
  for (let i = 0; i < batch; i++) {
    let image = x;
    if (padded != 0) {
      place(x, padded, h, w, ph, pw, top, left, pixel, pixel);
      image = padded;
    }
    correlate(image, panels, bias, out, oh, ow, co, sh * row, sw * pixel, kh, length, row, (<usize>(ow * co)) << 2, <usize>co << 2);
    x += h * w * pixel;
    out += (<usize>(oh * ow * co)) << 2;
  }
}

/**
 * Gradient by the input. Scratch: `8·kh·kw·co·ceil(ci/8)` floats for `panels`; `padded` is one image of `co` channels and
 * `(floor((h−1+top)/sh) + ceil(kh/sh)) x (floor((w−1+left)/sw) + ceil(kw/sw))` pixels.
 */
export function conv2dBackpropInput(dy: usize, filter: usize, dx: usize, batch: i32, h: i32, w: i32, ci: i32, oh: i32, ow: i32, co: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, panels: usize, padded: usize): void {
  const pixel = <usize>co << 2, outPixel = <usize>ci << 2;
  const before = (kh + sh - 1) / sh - 1, beside = (kw + sw - 1) / sw - 1;
  const ph = (h - 1 + top) / sh + before + 1, pw = (w - 1 + left) / sw + beside + 1;
  const panelCount = (ci + 7) >> 3;
  // Filters, class after class of residues (a, b): rows a, a + sh, … of the kernel, last first.
  let panel = panels;
  for (let a = 0; a < sh; a++) for (let b = 0; b < sw; b++) {
    const rows = (kh - a + sh - 1) / sh, columns = (kw - b + sw - 1) / sw;
    for (let j = 0; j < panelCount; j++) {
      for (let t = rows - 1; t >= 0; t--) for (let u = columns - 1; u >= 0; u--) {
        const tap = (a + sh * t) * kw + b + sw * u;
        packColumns(filter + (tap * ci + 8 * j) * pixel, panel, co, min(8, ci - 8 * j), pixel);
        panel += <usize>co << 5;
      }
    }
  }
  memory.fill(padded, 0, ph * pw * pixel);
  for (let i = 0; i < batch; i++) {
    place(dy, padded, oh, ow, ph, pw, before, beside, pixel, pixel);
    panel = panels;
    for (let a = 0; a < sh; a++) for (let b = 0; b < sw; b++) {
      const rows = max(0, (kh - a + sh - 1) / sh), columns = max(0, (kw - b + sw - 1) / sw);
      // The first position of this class, and how many there are.
      const y = ((a - top) % sh + sh) % sh, x = ((b - left) % sw + sw) % sw;
      const high = (h - y + sh - 1) / sh, wide = (w - x + sw - 1) / sw;
      if (high > 0 && wide > 0) {
        const first = ((y + top - a) / sh - rows + 1 + before) * pw + (x + left - b) / sw - columns + 1 + beside;
        const taps = columns == 0 ? 0 : rows;
        correlate(padded + first * pixel, panel, 0, dx + (y * w + x) * outPixel, high, wide, ci, pw * pixel, pixel, taps, columns * co, pw * pixel, sh * w * outPixel, sw * outPixel);
      }
      panel += (<usize>(rows * columns * co * panelCount)) << 5;
    }
    dy += oh * ow * pixel;
    dx += h * w * outPixel;
  }
}

/**
 * Gradient by the filter. Scratch, in floats: `sums` is `kh x R x C` with `R = kw·ci` rounded up to 4 and `C = co` rounded up to 4; `padded` as in
 * {@link conv2d} and 4 more floats, and not 0 unless also `R = kw·ci`; `wide` is one image of `dy` with `C` channels, or 0 if `C = co`.
 */
export function conv2dBackpropFilter(x: usize, dy: usize, dw: usize, batch: i32, h: i32, w: i32, ci: i32, oh: i32, ow: i32, co: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, sums: usize, padded: usize, wide: usize): void {
  const pixel = <usize>ci << 2, dyPixel = <usize>co << 2;
  const length = kw * ci, rows = (length + 3) & ~3, columns = (co + 3) & ~3;
  const ph = (oh - 1) * sh + kh, pw = (ow - 1) * sw + kw;
  const outRow = <usize>columns << 2, bPixel = outRow, bRow = ow * bPixel;
  const row = (padded != 0 ? pw : w) * pixel;
  memory.fill(sums, 0, <usize>(kh * rows) * outRow);
  if (padded != 0) memory.fill(padded, 0, ph * pw * pixel + 16);
  if (wide != 0) memory.fill(wide, 0, oh * bRow);
  // About so many pixels of both operands fit into the second-level cache, and what a tile reads of them into the first.
  const blockRows = max(1, 256 / ow);
  for (let i = 0; i < batch; i++) {
    let image = x, b = dy;
    if (padded != 0) {
      place(x, padded, h, w, ph, pw, top, left, pixel, pixel);
      image = padded;
    }
    if (wide != 0) {
      place(dy, wide, oh, ow, oh, ow, 0, 0, dyPixel, bPixel);
      b = wide;
    }
    for (let y = 0; y < oh; y += blockRows) {
      const high = min(blockRows, oh - y);
      for (let j = 0; j < columns; j += 8) for (let t = 0; t < kh; t++) for (let r = 0; r < rows; r += 4) {
        const a = image + (y * sh + t) * row + (<usize>r << 2);
        if (columns - j > 4) outer(a, b + y * bRow + (<usize>j << 2), sums + (t * rows + r) * outRow + (<usize>j << 2), outRow, high, ow, sh * row, sw * pixel, bRow, bPixel, true);
        else outer(a, b + y * bRow + (<usize>j << 2), sums + (t * rows + r) * outRow + (<usize>j << 2), outRow, high, ow, sh * row, sw * pixel, bRow, bPixel, false);
      }
    }
    x += h * w * pixel;
    dy += oh * ow * dyPixel;
  }
  for (let t = 0; t < kh; t++) for (let r = 0; r < length; r++) {
    memory.copy(dw, sums + (t * rows + r) * outRow, dyPixel);
    dw += dyPixel;
  }
}
