/**
 * DPM-Solver++(2M): second order from one evaluation per step, by extrapolating the last two estimates of `x0`.
 *
 *     x_t = (σ_t/σ_s)·x_s − α_t (e^{−h} − 1)·D,    D = (1 + 1/2r)·x0_s − (1/2r)·x0_last,    r = h_last/h
 *
 * with `h` the step in half log-SNR, `ln(α/σ)`. Lu et al. 2022 (arXiv 2211.01095), algorithm 2.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';

type Last<X> = { readonly denoised: X; readonly logSnr: number };

/** DPM-Solver++(2M), order 2. The first step, and one that ends at `σ = 0`, are first order. */
export function dpmpp2m<X = Tensor>(): Sampler<X, Last<X>> {
  return {
    step({ from, to, denoise, combine }, x, last) {
      const denoised = denoise(x, from);
      const h = (to.logSnr - from.logSnr) / 2;
      const gain = -to.alpha * Math.expm1(-h);
      const state = { denoised, logSnr: from.logSnr };
      const carried = [to.sigma / from.sigma, x] as const;
      if (last === undefined || h === Infinity) return { x: combine(carried, [gain, denoised]), denoised, state };

      const extrapolation = h / (from.logSnr - last.logSnr); // 1/2r; 0 after a step from pure noise
      return {
        x: combine(carried, [gain * (1 + extrapolation), denoised], [-gain * extrapolation, last.denoised]),
        denoised,
        state,
      };
    },
  };
}
