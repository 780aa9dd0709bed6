import type { Arithmetic } from './arithmetic.js';

/**
 * The guided estimate with its prediction `(x0 − skip·x)/out` scaled by `amount·std(plain)/std(guided) + 1 − amount`. In the ratio `out`
 * cancels, and so do the degrees of freedom of the deviations.
 */
export function deviationMatched<X>(
  { add, sub, mul, deviationRatio }: Arithmetic<X>,
  { guided, plain, x }: Readonly<Record<'guided' | 'plain' | 'x', X>>,
  skip: number,
  amount: number,
): X {
  const origin = mul(skip, x);
  const prediction = sub(guided, origin);
  const ratio = deviationRatio(sub(plain, origin), prediction);
  return add(origin, mul(add(mul(amount, ratio), 1 - amount), prediction));
}
