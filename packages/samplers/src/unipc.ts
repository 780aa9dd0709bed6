/**
 * UniPC: a multistep predictor, and a corrector that costs nothing, since it uses the evaluation that the next step makes anyway.
 *
 *     predict   x_t from x_s and the last p estimates of x0 (or of ε)
 *     correct   the same integral again, once the estimate at x_t is known as well; the next step starts from there
 *
 * Of two estimates the slope counts `B(h)/2`: `'bh2'` has `B = e^{z} − 1`, `'bh1'` has `B = z`, with `z = −h` for x0 and `z = h` for ε,
 * and `h` the step in half log-SNR; of more, the polynomial through them is integrated exactly.
 * Zhao et al. 2023 (arXiv 2302.04867), algorithms 1 and 2.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NoiseLevel, Sampler } from '@tweedie/core';
import { firstOrder, integrated, type Known, type Term } from './exponential.js';
import { invalid } from './internal/invalid.js';
import { epsilonOf, isPureNoise } from './internal/multistep.js';
import { checkPredicted, type Predicted } from './internal/predicted.js';

type Last<X> = { readonly x: X; readonly level: NoiseLevel; readonly known: Known<X>; readonly order: number };

/**
 * UniPC: order `order + 1` with the corrector, `order` without it. The first steps look back on what there is, and one from pure
 * noise or to `σ = 0` is DDIM's.
 * @param options.order of the predictor, 1 to 4, default 2
 * @param options.predicts what is extrapolated, `'x0'` (default) or `'epsilon'`
 * @param options.solver `'bh2'` (default) or `'bh1'`
 * @param options.corrects is the result of step `index` corrected? Default: always
 * @param options.lowerAtEnd do the orders fall to 1 towards the end, which steadies short runs? Default true; the last step is then of order 1
 * @throws RangeError (`order-out-of-range`, `prediction-unknown`, `solver-unknown`)
 */
export function unipc<X = Tensor>(
  options: {
    readonly order?: 1 | 2 | 3 | 4;
    readonly predicts?: Predicted;
    readonly solver?: 'bh1' | 'bh2';
    readonly corrects?: (index: number) => boolean;
    readonly lowerAtEnd?: boolean;
  } = {},
): Sampler<X, Last<X> | undefined> {
  const { order = 2, predicts = 'x0', solver = 'bh2', corrects = () => true, lowerAtEnd = true } = options;
  if (![1, 2, 3, 4].includes(order)) throw invalid('order-out-of-range', `\`order\` must be 1, 2, 3 or 4, got ${order}`);
  checkPredicted(predicts);
  if (solver !== 'bh1' && solver !== 'bh2')
    throw invalid('solver-unknown', `\`solver\` must be 'bh1' or 'bh2', got ${String(solver)}`);

  const line = solver === 'bh2' ? Math.expm1 : (z: number) => z;
  const terms = (x: X, from: NoiseLevel, to: NoiseLevel, known: Known<X>): Term<X>[] => {
    const h = (to.logSnr - from.logSnr) / 2;
    return predicts === 'x0'
      ? [[to.sigma / from.sigma, x], ...integrated(known, { from, to }, -h, to.alpha, line)]
      : [[to.alpha / from.alpha, x], ...integrated(known, { from, to }, h, to.sigma, line)];
  };
  return {
    step(context, x, last) {
      const { from, to, index, count, denoise, combine } = context;
      const denoised = denoise(x, from);
      const value = predicts === 'x0' ? denoised : epsilonOf(context, x, from, denoised);
      const here = { value, logSnr: from.logSnr };
      const corrected =
        last !== undefined && corrects(index - 1)
          ? combine(...terms(last.x, last.level, from, [...last.known.slice(0, last.order), here]))
          : x;
      // beside pure noise a difference of two ε is rounding, which the step back to data would magnify
      if (!Number.isFinite(to.logSnr - from.logSnr) || (predicts === 'epsilon' && isPureNoise(from)))
        return { x: combine(...firstOrder(from, to, corrected, denoised)), denoised, state: undefined };

      const known = [here, ...(last?.known ?? [])].slice(0, order);
      const used = known.slice(0, lowerAtEnd ? count - index : order);
      const state = { x: corrected, level: from, known, order: used.length };
      return { x: combine(...terms(corrected, from, to, used)), denoised, state };
    },
  };
}
