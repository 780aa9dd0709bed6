/**
 * `Sin` and `Cos` to 1e-6 up to angles of 10⁵, which noise embeddings reach in thousands. WGSL's own promise 2⁻¹¹, and only up to π.
 *
 * The angle less the nearest `n` quarter turns, in three parts of π/2 of which the first two are exact, goes through the polynomials of
 * Cephes (Moshier 1989, https://netlib.org/cephes); `n` modulo 4 tells which of them, and the sign.
 */
import { perElement, runPerElement } from '../internal/elementwise.js';
import { type Kernel, kernel } from '../internal/kernel.js';
import { plain } from '../internal/plain.js';

const shader = (name: string, quarters: number) =>
  perElement(
    name,
    ['x'],
    `let n = round(x[index] * 0.63661977);
    let r = fma(n, -7.54978995e-8, fma(n, -4.83751297e-4, fma(n, -1.5703125, x[index])));
    let z = r * r;
    let sine = fma(r * z, fma(z, fma(z, -1.9515295891e-4, 8.3321608736e-3), -1.6666654611e-1), r);
    let cosine = fma(z * z, fma(z, fma(z, 2.4433157118e-5, -1.3887316255e-3), 4.1666645683e-2), fma(z, -0.5, 1.0));
    let quarter = (i32(n) + ${quarters}) & 3;
    let size = select(sine, cosine, (quarter & 1) == 1);
    let value = select(size, -size, quarter > 1);`,
  );

const made = (name: string, quarters: number): Kernel => {
  const program = shader(name, quarters);
  return kernel(name, ({ inputs: { x }, backend }) =>
    x && plain(x) ? runPerElement(backend, program, x.shape, { x }) : undefined,
  );
};

/** Input `x` in radians, float32; gives `sin x`. */
export const sin: Kernel = made('Sin', 0);
/** Input `x` in radians, float32; gives `cos x`. */
export const cos: Kernel = made('Cos', 1);
