/**
 * One term of the discrete bound in its second form, in nats:
 *
 *     KL(q(x_s | x_t, x_0) ‖ p(x_s | x_t)),   and in the step to data   −ln p(x_0 | x_1)
 *
 * Sohl-Dickstein et al. 2015 (arXiv 1503.03585); Luo 2022 (arXiv 2208.11970), eq. 58.
 */
import type { Arithmetic, Operand } from './arithmetic.js';
import type { Decoder } from './decoder.js';
import { type Gaussian, gaussianKl } from './gaussian.js';

/** What a term compares. */
export interface BoundTerm<X> {
  readonly data: X;
  /** `q(x_s | x_t, x_0)`. */
  readonly posterior: Gaussian<X>;
  /** `p(x_s | x_t)`. */
  readonly model: Gaussian<X>;
  /** 1 in the step to data, else 0. */
  readonly last: Operand<X>;
  readonly decoder: Decoder;
}

/** The term of each element. */
export function boundTerm<X>(arithmetic: Arithmetic<X>, { data, posterior, model, last, decoder }: BoundTerm<X>): X {
  return arithmetic.select(last, arithmetic.mul(-1, decoder(arithmetic, data, model)), gaussianKl(arithmetic, posterior, model));
}
