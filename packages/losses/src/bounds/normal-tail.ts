/**
 * Probabilities of the normal distribution `Φ` in logarithms, exact far out in its tails, where `Φ` itself is 0 or 1. With
 * `Q(z) = 1 − Φ(z)`,
 *
 *     ln Q(z) = −z²/2 + ln t + P(t),   t = k/(k + z),   z ≥ 0
 *
 * where `P` is smooth on [0, 1]: here a Chebyshev series of our own for k = 3.5, cut where its terms fall below the precision
 * of the arithmetic. The form is that of Press et al. 2007, Numerical Recipes, section 6.2.2.
 */
import { logNormalDensity } from '@tweedie/core';
import type { Arithmetic, Operand } from './arithmetic.js';

const K = 3.5;
/** Of `ln(Q(z)·e^(z²/2)/t)` in Chebyshev polynomials of `2t − 1`, from degree 0 on. */
const SERIES = [
  -1.487933278354978, 0.7444254251236767, 0.05764721678477678, -0.005143027391297979, -0.002233023790506968,
  -1.1850082785791418e-5, 9.941167653504388e-5, 7.190192630405285e-6, -4.9170992958743e-6, -6.177593392772016e-7,
  2.6394764617972405e-7, 4.306384508742912e-8, -1.5155590829990292e-8, -2.7277151487509576e-9, 9.146649327891536e-10,
  1.5902260804556544e-10, -5.6500787891882564e-11, -8.350707564645365e-12, 3.4443718086498434e-12, 3.74240775813439e-13,
  -1.9766779007701876e-13, -1.2710254904098166e-14, 9.98435288501514e-15, 2.4051925740962144e-16, -3.8977705112451065e-16,
];
const HALF_LOG_TWO_PI = -logNormalDensity(0);

/**
 * `ln(Q(near) − Q(far))`, the logarithm of the probability that a standard normal lies between, with derivatives that stay
 * right and finite where the probability underflows.
 * @param near `|near| < far`; any interval has this form, up to its sign
 * @param far finite; 20 more than `|near|` is as good as infinity
 */
export function logNormalInterval<X>(arithmetic: Arithmetic<X>, near: X, far: X): X {
  const { add, sub, mul, exp, log, abs, max, select, precision } = arithmetic;
  const halfSquare = (z: X): X => mul(mul(0.5, z), z);
  const narrow = Math.cbrt(precision);
  /** Half the square of `far` and of `near`, less that of `near` where it lies in the tail: there all is relative to it. */
  const farther = (a: X, b: X): X => select(a, mul(0.5, mul(sub(b, a), add(a, b))), halfSquare(b));
  const nearer = (a: X): X => select(a, 0, halfSquare(a));
  const forward = (a: X, b: X): readonly [X, X] => {
    const [width, distance] = [sub(b, a), farther(a, b)];
    const nearTail = logScaledTail(arithmetic, abs(a));
    const farTail = logScaledTail(arithmetic, b);
    const beyond = add(nearTail, log(sub(1, exp(sub(sub(farTail, nearTail), distance)))));
    const around = log(sub(sub(1, exp(sub(nearTail, nearer(a)))), exp(sub(farTail, distance))));
    // the density in the middle times the width, where the difference of two probabilities would be lost to rounding
    const middle = sub(log(width), add(mul(0.5, add(nearer(a), distance)), HALF_LOG_TWO_PI));
    const relative = select(sub(max(width, distance), narrow), select(a, beyond, around), middle);
    return [sub(relative, select(a, halfSquare(a), 0)), relative];
  };
  const slope = (exponent: X, relative: X): X => exp(sub(mul(-1, add(exponent, relative)), HALF_LOG_TWO_PI));
  return arithmetic.differentiable(forward, (a, b, relative) => [
    mul(-1, slope(nearer(a), relative)),
    slope(farther(a, b), relative),
  ])(near, far);
}

/** `ln(Q(z)·e^(z²/2))` for `z ≥ 0`. */
function logScaledTail<X>({ add, sub, mul, div, log, precision }: Arithmetic<X>, z: X): X {
  const t = div(K, add(z, K));
  const twice = sub(mul(4, t), 2);
  const [constant = 0, ...rest] = SERIES.filter((coefficient) => Math.abs(coefficient) > precision / 8);
  // Clenshaw's recurrence
  let [last, beforeLast]: [Operand<X>, Operand<X>] = [0, 0];
  for (const coefficient of rest.reverse()) [last, beforeLast] = [add(sub(mul(twice, last), beforeLast), coefficient), last];
  return add(log(t), add(sub(mul(mul(0.5, twice), last), beforeLast), constant));
}
