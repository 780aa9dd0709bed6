/**
 * Normal distributions with independent elements, given by mean and log-variance, in nats:
 *
 *     KL(N(m₁, e^l₁) ‖ N(m₂, e^l₂)) = ½(l₂ − l₁ − 1 + e^(l₁ − l₂) + (m₁ − m₂)²·e^(−l₂))
 *     ln N(x; m, e^l)              = −½(ln 2π + l + (x − m)²·e^(−l))
 *
 * Luo 2022 (arXiv 2208.11970), eq. 86.
 */
import type { Arithmetic, Operand } from './arithmetic.js';

/** A normal distribution of each element. */
export interface Gaussian<X> {
  readonly mean: Operand<X>;
  /** Natural logarithm of the variance, finite. */
  readonly logVariance: Operand<X>;
}

/** The divergence of `p` from `q`, `KL(p ‖ q)`, of each element in nats. */
export function gaussianKl<X>(arithmetic: Arithmetic<X>, p: Gaussian<X>, q: Gaussian<X>): X {
  const { sub, add, mul, exp } = arithmetic;
  const wider = sub(p.logVariance, q.logVariance);
  // e^l − 1 − l where the variances agree is zero to the last digit
  return mul(0.5, add(sub(sub(exp(wider), 1), wider), squaredDistance(arithmetic, p.mean, q)));
}

/** Logarithm of the density of each element, in nats. */
export function gaussianLogDensity<X>(arithmetic: Arithmetic<X>, x: Operand<X>, model: Gaussian<X>): X {
  const { add, mul } = arithmetic;
  return mul(-0.5, add(add(model.logVariance, Math.log(2 * Math.PI)), squaredDistance(arithmetic, x, model)));
}

/** `(x − m)²` in units of the variance. */
function squaredDistance<X>({ sub, mul, exp }: Arithmetic<X>, x: Operand<X>, { mean, logVariance }: Gaussian<X>): X {
  const difference = sub(x, mean);
  return mul(mul(difference, difference), exp(mul(-1, logVariance)));
}
