/** `UpsampleNearest2x` and `UpsampleNearest2xGrad`: every pixel four times, and the sum of the four. */
import { address, type Kernel, kernel, output, plain } from './internal/kernel.js';

/** Input `x` `[N, H, W, C]`; gives `[N, 2H, 2W, C]`. */
export const upsampleNearest2x: Kernel = kernel('UpsampleNearest2x', ({ inputs: { x }, backend }, module) => {
  if (!x || !plain(x)) return undefined;
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  const y = output(backend, [n, 2 * h, 2 * w, c]);
  module.upsample(address(backend, x), address(backend, y), n * h, w, c);
  return y;
});

/** Input `dy` `[N, 2H, 2W, C]`; gives `dx` `[N, H, W, C]`. */
export const upsampleNearest2xGrad: Kernel = kernel('UpsampleNearest2xGrad', ({ inputs: { dy }, backend }, module) => {
  if (!dy || !plain(dy)) return undefined;
  const [n = 1, height = 2, width = 2, c = 1] = dy.shape;
  if (height % 2 !== 0 || width % 2 !== 0)
    throw new RangeError(`\`dy\` must have even height and width, got ${height} x ${width}`);
  const dx = output(backend, [n, height / 2, width / 2, c]);
  module.upsampleGrad(address(backend, dy), address(backend, dx), (n * height) / 2, width / 2, c);
  return dx;
});
