/** `SiLU` and `SiLUGrad`: `y = x·sigmoid(x)`. */
import { perElement, runPerElement } from '../internal/elementwise.js';
import { type Kernel, kernel } from '../internal/kernel.js';
import { plain } from '../internal/plain.js';

/** In WGSL: `sigmoid`, `silu`, and `siluSlope`, the derivative. */
export const siluFunctions = `
  // The exponential may overflow on some devices to something that is not infinity.
  fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(x, -87.0, 87.0))); }
  fn silu(x: f32) -> f32 { return x * sigmoid(x); }
  fn siluSlope(x: f32) -> f32 { let s = sigmoid(x); return s * (1.0 + x * (1.0 - s)); }`;

const forward = perElement('silu', ['x'], 'let value = silu(x[index]);', { code: siluFunctions });
const backward = perElement('siluGrad', ['x', 'dy'], 'let value = dy[index] * siluSlope(x[index]);', { code: siluFunctions });

/** Input `x`; gives `y`. */
export const silu: Kernel = kernel('SiLU', ({ inputs: { x }, backend }) =>
  x && plain(x) ? runPerElement(backend, forward, x.shape, { x }) : undefined,
);

/** Inputs `x`, `dy`; gives `dx`. */
export const siluGrad: Kernel = kernel('SiLUGrad', ({ inputs: { x, dy }, backend }) =>
  x && dy && plain(x, dy) ? runPerElement(backend, backward, x.shape, { x, dy }) : undefined,
);
