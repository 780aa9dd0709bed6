/** `UpsampleNearest2x` and `UpsampleNearest2xGrad`: every pixel four times, and the sum of the four. */
import { perElement, runPerElement } from '../internal/elementwise.js';
import { type Kernel, kernel } from '../internal/kernel.js';
import { plain } from '../internal/plain.js';

/** `width` is that of the small image; a row of it is `width·channels` long. */
const parts = { integers: ['width', 'channels'] };

const forward = perElement(
  'upsample',
  ['x'],
  `let channel = index % uniforms.channels;
  let pixel = index / uniforms.channels;
  let row = pixel / (2 * uniforms.width) / 2;
  let column = pixel % (2 * uniforms.width) / 2;
  let value = x[(row * uniforms.width + column) * uniforms.channels + channel];`,
  parts,
);

const backward = perElement(
  'upsampleGrad',
  ['dy'],
  `let channel = index % uniforms.channels;
  let pixel = index / uniforms.channels;
  let wide = 2 * uniforms.width * uniforms.channels;
  let at = 2 * (pixel / uniforms.width) * wide + 2 * (pixel % uniforms.width) * uniforms.channels + channel;
  let value = dy[at] + dy[at + uniforms.channels] + dy[at + wide] + dy[at + wide + uniforms.channels];`,
  parts,
);

/** Input `x` `[N, H, W, C]`; gives `[N, 2H, 2W, C]`. */
export const upsampleNearest2x: Kernel = kernel('UpsampleNearest2x', ({ inputs: { x }, backend }) => {
  if (!x || !plain(x)) return undefined;
  const [n = 1, h = 1, width = 1, channels = 1] = x.shape;
  return runPerElement(backend, forward, [n, 2 * h, 2 * width, channels], { x }, { width, channels });
});

/** Input `dy` `[N, 2H, 2W, C]`; gives `dx` `[N, H, W, C]`. */
export const upsampleNearest2xGrad: Kernel = kernel('UpsampleNearest2xGrad', ({ inputs: { dy }, backend }) => {
  if (!dy || !plain(dy)) return undefined;
  const [n = 1, high = 2, wide = 2, channels = 1] = dy.shape;
  if (high % 2 !== 0 || wide % 2 !== 0) throw new RangeError(`\`dy\` must have even height and width, got ${high} x ${wide}`);
  return runPerElement(backend, backward, [n, high / 2, wide / 2, channels], { dy }, { width: wide / 2, channels });
});
