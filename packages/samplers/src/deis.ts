/**
 * DEIS: the last estimates of the noise are interpolated by a polynomial in a clock `c`, and integrated exactly along the
 * probability flow `d(x/α)/dr = ε`, `r = σ/α`:
 *
 *     x_t = α_t·(x_s/α_s + Σ wᵢ εᵢ),    wᵢ = ∫_{r_s}^{r_t} ℓᵢ(c(r)) dr
 *
 * with `c = ln r` or `c = t`. Zhang & Chen 2023 (arXiv 2204.13902), eq. 14 and 15 (tAB-DEIS). With `c = r` it is `lms`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NoiseLevel, Sampler } from '@tweedie/core';
import { exponentialAdamsWeights } from './adams.js';
import { gaussLegendre } from './internal/gauss-legendre.js';
import { invalid } from './internal/invalid.js';
import { multistep, type Past, ratioOf, usable } from './internal/multistep.js';

/**
 * DEIS. The first steps are of the orders 1, 2, … that their past allows.
 * @param options.order how many estimates a step rests on, a positive integer, default 3
 * @param options.clock what the polynomial is in: `'log-ratio'`, `ln(σ/α)` (default), or `'time'`, that of the schedule
 * @throws RangeError (`order-not-positive`), (`clock-unknown`)
 */
export function deis<X = Tensor>(
  options: { readonly order?: number; readonly clock?: 'log-ratio' | 'time' } = {},
): Sampler<X, readonly Past<X>[]> {
  const { order = 3, clock = 'log-ratio' } = options;
  if (clock !== 'log-ratio' && clock !== 'time')
    throw invalid('clock-unknown', `\`clock\` must be 'log-ratio' or 'time', got ${String(clock)}`);

  if (clock === 'log-ratio')
    return multistep(order, ({ from, to }, past) => {
      const half = ({ logSnr }: NoiseLevel) => (logSnr - from.logSnr) / 2; // −ln(r/r_s)
      const nodes = [0, ...usable(0, past.map(half))];
      const weights = exponentialAdamsWeights(nodes, half(to));
      return weights.slice(1).map((weight) => -ratioOf(from) * weight);
    });

  return multistep(order, ({ from, to, process: { schedule } }, past) => {
    const nodes = [
      from.t,
      ...usable(
        from.t,
        past.map(({ t }) => t),
      ),
    ];
    const lagrange = (i: number, t: number) =>
      nodes.reduce((product, node, j) => (j === i ? product : (product * (t - node)) / ((nodes[i] ?? 0) - node)), 1);
    const time = (ratio: number) => schedule.time(-2 * Math.log(ratio));
    return nodes.slice(1).map((_, i) => gaussLegendre((ratio) => lagrange(i + 1, time(ratio)), ratioOf(from), ratioOf(to)));
  });
}
