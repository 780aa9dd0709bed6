/**
 * Churn as in diffusers: the model is asked before the noise is added, and its answer is then read at the raised level, as the
 * noise in `x` or as the output of EDM's network. A v-prediction is read with the sigma that was not raised. On a flow `x` is not
 * scaled when its noise is raised, the velocity is taken down by as much, and the noise is drawn again at the end of the step,
 * where nothing is left of it.
 */
import type { NoiseLevel, Sampler } from '@tweedie/core';
import type { GoldenCase } from './golden-file.js';
import { number, numbers, record } from './read.js';

/** A churned sampler for a case, which asks its model at the start of the step, and spreads its churn over all listed sigmas. */
export function askedBeforeChurn<X>(golden: GoldenCase, sampler: Sampler<X>): Sampler<X> {
  const read = reading(golden);
  const count = numbers(golden.sigmas).length - 1;
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
      return sampler.step({ ...context, denoise, count }, x, state);
    },
  };
}

/** A sampler on a flow, churned as a case asks for; `sampler` itself if it does not. */
export function flowChurned<X>(golden: GoldenCase, sampler: Sampler<X>): Sampler<X> {
  const { s_churn = 0, s_tmin = 0, s_tmax = Infinity, s_noise = 1 } = record(golden.step_kwargs);
  const gamma = Math.min(number(s_churn) / (numbers(golden.sigmas).length - 1), Math.SQRT2 - 1);
  return {
    ...sampler,
    step(context, x, state) {
      const { from, to, combine, noise } = context;
      if (gamma === 0 || from.sigma < number(s_tmin) || from.sigma > number(s_tmax)) return sampler.step(context, x, state);
      const raised = from.sigma * (1 + gamma);
      const noisier = combine([1, x], [number(s_noise) * Math.sqrt(raised ** 2 - from.sigma ** 2), noise(from, to)]);
      const longer = (to.sigma - raised) / (to.sigma - from.sigma);
      const denoise = (at: X, level: NoiseLevel) => {
        if (level.sigma !== from.sigma) noise(from, to);
        const [asked, share] = level.sigma === from.sigma ? [x, longer / (1 + gamma)] : [at, longer];
        return combine([1, at], [-share, asked], [share, context.denoise(asked, level)]);
      };
      return sampler.step({ ...context, denoise }, noisier, state);
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
  if (prediction_type === 'sample' || prediction_type === 'original_sample') return () => ({ skip: 0, out: 1 });
  if (prediction_type === 'v_prediction')
    return (sigma, unraised = sigma) => ({ skip: 1 / (1 + unraised ** 2), out: -unraised / Math.hypot(1, unraised) });
  return (sigma) => ({ skip: 1, out: -sigma });
}
