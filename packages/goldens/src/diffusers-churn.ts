/**
 * Churn as in diffusers: the model is asked before the noise is added, and its answer is then read at the raised level, as the
 * noise in `x` or as the output of EDM's network. A v-prediction is read with the sigma that was not raised.
 */
import type { NoiseLevel, Sampler } from '@tweedie/core';
import type { GoldenCase } from './golden-file.js';
import { number, record } from './read.js';

/** A churned sampler for a case, which asks its model at the start of the step. */
export function askedBeforeChurn<X>(golden: GoldenCase, sampler: Sampler<X>): Sampler<X> {
  const read = reading(golden);
  return {
    ...sampler,
    step(context, x, state) {
      const { from, combine } = context;
      const denoise = (noisier: X, raised: NoiseLevel) => {
        const asked = context.denoise(x, from);
        const [there, here] = [read(from.sigma), read(raised.sigma, from.sigma)];
        const gain = here.out / there.out;
        return combine([here.skip, noisier], [gain, asked], [-gain * there.skip, x]);
      };
      return sampler.step({ ...context, denoise }, x, state);
    },
  };
}

/** How x0 follows from `x` and the model's answer at a sigma, which was raised from another, with `alpha` 1. */
function reading(golden: GoldenCase): (sigma: number, unraised?: number) => { readonly skip: number; readonly out: number } {
  const { sigma_data, prediction_type } = record(golden.scheduler_config);
  if (golden.model_kind === 'edm') {
    const data = number(sigma_data ?? 0.5);
    return (sigma) => ({ skip: data ** 2 / (sigma ** 2 + data ** 2), out: (sigma * data) / Math.hypot(sigma, data) });
  }
  if (prediction_type === 'v_prediction')
    return (sigma, unraised = sigma) => ({ skip: 1 / (1 + unraised ** 2), out: -unraised / Math.hypot(1, unraised) });
  return (sigma) => ({ skip: 1, out: -sigma });
}
