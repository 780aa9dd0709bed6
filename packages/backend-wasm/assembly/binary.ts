/** Sums, differences, products and quotients of `[outer, middle, inner]` with `[outer, 1, inner]`. */

// @ts-ignore: decorator
@inline
function combined(a: v128, b: v128, operation: i32): v128 {
  if (operation == 0) return f32x4.add(a, b);
  if (operation == 1) return f32x4.sub(a, b);
  if (operation == 2) return f32x4.mul(a, b);
  if (operation == 3) return f32x4.div(a, b);
  if (operation == 4) return f32x4.sub(b, a);
  return f32x4.div(b, a);
}

// @ts-ignore: decorator
@inline
function row(a: usize, b: usize, out: usize, bytes: usize, operation: i32): void {
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) v128.store(out + c, combined(v128.load(a + c), v128.load(b + c), operation));
  for (; c < bytes; c += 4) v128.store_lane<f32>(out + c, combined(v128.load_zero<u32>(a + c), v128.load_zero<u32>(b + c), operation), 0);
}

// @ts-ignore: decorator
@inline
function constant(a: usize, b: v128, out: usize, bytes: usize, operation: i32): void {
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) v128.store(out + c, combined(v128.load(a + c), b, operation));
  for (; c < bytes; c += 4) v128.store_lane<f32>(out + c, combined(v128.load_zero<u32>(a + c), b, operation), 0);
}

// @ts-ignore: decorator
@inline
function every(a: usize, b: usize, out: usize, outerSize: i32, middle: i32, innerSize: i32, operation: i32): void {
  const size = <usize>innerSize << 2;
  for (let o = 0; o < outerSize; o++) {
    if (innerSize == 1) {
      const bytes = <usize>middle << 2;
      constant(a, v128.load_splat<f32>(b), out, bytes, operation);
      a += bytes;
      out += bytes;
    } else {
      for (let m = 0; m < middle; m++) {
        row(a, b, out, size, operation);
        a += size;
        out += size;
      }
    }
    b += size;
  }
}

/** Operations: 0 `a + b`, 1 `a − b`, 2 `a·b`, 3 `a / b`, 4 `b − a`, 5 `b / a`. */
export function binary(a: usize, b: usize, out: usize, outerSize: i32, middle: i32, innerSize: i32, operation: i32): void {
  switch (operation) {
    case 0: { every(a, b, out, outerSize, middle, innerSize, 0); break; }
    case 1: { every(a, b, out, outerSize, middle, innerSize, 1); break; }
    case 2: { every(a, b, out, outerSize, middle, innerSize, 2); break; }
    case 3: { every(a, b, out, outerSize, middle, innerSize, 3); break; }
    case 4: { every(a, b, out, outerSize, middle, innerSize, 4); break; }
    default: every(a, b, out, outerSize, middle, innerSize, 5);
  }
}
