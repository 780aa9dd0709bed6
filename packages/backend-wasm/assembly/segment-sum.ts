/** `out[ids[i]] += x[i]` for rows of `width` floats; ids outside the range are left out. */
export function segmentSum(x: usize, ids: usize, out: usize, count: i32, width: i32, segments: i32): void {
  const row = <usize>width << 2, whole = row & ~15;
  memory.fill(out, 0, segments * row);
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    if (id >= 0 && id < segments) {
      const target = out + id * row;
      let c: usize = 0;
      for (; c < whole; c += 16) v128.store(target + c, f32x4.add(v128.load(target + c), v128.load(x + c)));
      for (; c < row; c += 4) store<f32>(target + c, load<f32>(target + c) + load<f32>(x + c));
    }
    x += row;
  }
}
