/** Each pixel four times, and the sum of the four. */

export function upsample(x: usize, y: usize, rows: i32, columns: i32, channels: i32): void {
  const pixel = <usize>channels << 2, row = 2 * columns * pixel, whole = pixel & ~15;
  for (let i = rows; i > 0; i--) {
    for (let j = columns; j > 0; j--) {
      let c: usize = 0;
      for (; c < whole; c += 16) {
        const v = v128.load(x + c), out = y + c;
        v128.store(out, v);
        v128.store(out + pixel, v);
        v128.store(out + row, v);
        v128.store(out + row + pixel, v);
      }
      for (; c < pixel; c += 4) {
        const v = load<f32>(x + c), out = y + c;
        store<f32>(out, v);
        store<f32>(out + pixel, v);
        store<f32>(out + row, v);
        store<f32>(out + row + pixel, v);
      }
      x += pixel;
      y += 2 * pixel;
    }
    y += row;
  }
}

export function upsampleGrad(dy: usize, dx: usize, rows: i32, columns: i32, channels: i32): void {
  const pixel = <usize>channels << 2, row = 2 * columns * pixel, whole = pixel & ~15;
  for (let i = rows; i > 0; i--) {
    for (let j = columns; j > 0; j--) {
      let c: usize = 0;
      for (; c < whole; c += 16) {
        const a = dy + c, b = a + row;
        v128.store(dx + c, f32x4.add(f32x4.add(v128.load(a), v128.load(a + pixel)), f32x4.add(v128.load(b), v128.load(b + pixel))));
      }
      for (; c < pixel; c += 4) {
        const a = dy + c, b = a + row;
        store<f32>(dx + c, load<f32>(a) + load<f32>(a + pixel) + (load<f32>(b) + load<f32>(b + pixel)));
      }
      dx += pixel;
      dy += 2 * pixel;
    }
    dy += row;
  }
}
