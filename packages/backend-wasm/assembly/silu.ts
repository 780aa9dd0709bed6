/** `y = x·sigmoid(x)` and its gradient. */
import { silu as activate, siluSlope } from './math';

export function silu(x: usize, y: usize, size: i32): void {
  for (; size >= 4; size -= 4) {
    v128.store(y, activate(v128.load(x)));
    x += 16;
    y += 16;
  }
  for (; size > 0; size--) {
    v128.store_lane<f32>(y, activate(v128.load_zero<u32>(x)), 0);
    x += 4;
    y += 4;
  }
}

export function siluGrad(x: usize, dy: usize, dx: usize, size: i32): void {
  for (; size >= 4; size -= 4) {
    v128.store(dx, f32x4.mul(v128.load(dy), siluSlope(v128.load(x))));
    x += 16;
    dy += 16;
    dx += 16;
  }
  for (; size > 0; size--) {
    v128.store_lane<f32>(dx, f32x4.mul(v128.load_zero<u32>(dy), siluSlope(v128.load_zero<u32>(x))), 0);
    x += 4;
    dy += 4;
    dx += 4;
  }
}
