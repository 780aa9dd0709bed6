/**
 * A multistep method along the angle of the noise. With `tan θ = σ/α` and `S = √(α² + σ²)` the probability flow is
 *
 *     x/S = cos θ·x0 + sin θ·ε,    d(x/S)/dθ = cos θ·ε − sin θ·x0
 *
 * the v of Salimans & Ho 2022 (arXiv 2202.00512), appendix D: smooth and finite at both ends, pure noise (θ = π/2) and clean data
 * (θ = 0). A step integrates it exactly with x0 and ε replaced by the polynomials in θ through their last estimates,
 *
 *     x_t/S_t = x_s/S_s + Σ_i ∫ ℓ_i(θ)·(cos θ·ε_i − sin θ·x0_i) dθ
 *
 * and corrects its result for free, once the next step has made the estimate there: the corrector of UniPC, Zhao et al. 2023
 * (arXiv 2302.04867), algorithm 1. The first step is DDIM's. Made for the grid `uniformAngle({ power: 1.75 })`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NoiseLevel, Sampler } from '@tweedie/core';
import { firstOrder, type Term } from './exponential.js';
import { gaussLegendre } from './internal/gauss-legendre.js';
import { invalid } from './internal/invalid.js';
import { epsilonOf, isPureNoise, ratioOf } from './internal/multistep.js';

type Estimate<X> = { readonly angle: number; readonly denoised: X; readonly epsilon: X };
type Last<X> = { readonly x: X; readonly level: NoiseLevel; readonly known: readonly Estimate<X>[] };

/**
 * The angular multistep method. The first steps look back on what there is.
 * @param options.order how many estimates a prediction, and its correction, rests on, 1 to 4, default 3
 * @param options.lowerAtEnd do predictions fall to order 1 towards the end, which steadies short runs? Default true; the last step is
 * then of order 1
 * @throws RangeError (`order-out-of-range`)
 */
export function angular<X = Tensor>(
  options: { readonly order?: 1 | 2 | 3 | 4; readonly lowerAtEnd?: boolean } = {},
): Sampler<X, Last<X> | undefined> {
  const { order = 3, lowerAtEnd = true } = options;
  if (![1, 2, 3, 4].includes(order)) throw invalid('order-out-of-range', `\`order\` must be 1, 2, 3 or 4, got ${order}`);
  return {
    step(context, x, last) {
      const { from, to, index, count, denoise, combine } = context;
      const denoised = denoise(x, from);
      // the angles of levels beside pure noise are the same number
      if (isPureNoise(from)) return { x: combine(...firstOrder(from, to, x, denoised)), denoised, state: undefined };

      const here = { angle: Math.atan(ratioOf(from)), denoised, epsilon: epsilonOf(context, x, from, denoised) };
      const known = [here, ...(last?.known ?? [])].slice(0, order);
      const corrected = last === undefined ? x : combine(...along(last.x, last.level, from, known));
      const used = known.slice(0, lowerAtEnd ? count - index : order);
      return { x: combine(...along(corrected, from, to, used)), denoised, state: { x: corrected, level: from, known } };
    },
  };
}

/** The step as terms. */
function along<X>(x: X, from: NoiseLevel, to: NoiseLevel, known: readonly Estimate<X>[]): Term<X>[] {
  const [start, end] = [Math.atan(ratioOf(from)), Math.atan(ratioOf(to))];
  const size = Math.hypot(to.alpha, to.sigma);
  const changes = known.flatMap(({ angle, denoised, epsilon }, i): Term<X>[] => {
    const others = known.filter((_, j) => j !== i);
    const share = (at: number) => others.reduce((product, other) => (product * (at - other.angle)) / (angle - other.angle), size);
    return [
      [-gaussLegendre((at) => share(at) * Math.sin(at), start, end), denoised],
      [gaussLegendre((at) => share(at) * Math.cos(at), start, end), epsilon],
    ];
  });
  return [[size / Math.hypot(from.alpha, from.sigma), x], ...changes];
}
