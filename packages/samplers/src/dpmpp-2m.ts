/**
 * DPM-Solver++(2M): second order from one evaluation per step, by extrapolating the last two estimates of `x0`.
 *
 *     x_t = (σ_t/σ_s)·x_s − α_t (e^{−h} − 1)·D,    D = (1 + 1/2r)·x0_s − (1/2r)·x0_last,    r = h_last/h
 *
 * with `h` the step in half log-SNR, `ln(α/σ)`. Lu et al. 2022 (arXiv 2211.01095), algorithm 2. With `eta` it solves the reverse
 * SDE, where `h` in the exponential becomes `(1 + η)·h` and noise of variance `σ_t²·(1 − e^{−2ηh})` comes in: SDE-DPM-Solver++(2M)
 * of the same paper, with `η` as in k-diffusion's `sample_dpmpp_2m_sde`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import type { Known } from './exponential.js';
import type { DpmSolverOptions } from './internal/dpm-solver-options.js';
import { dpmppMultistep } from './internal/dpmpp-multistep.js';

/**
 * DPM-Solver++(2M), order 2; of weak order 1 with noise. The first step, and one from pure noise or to `σ = 0`, are DDIM's.
 * @param options.kind `'midpoint'` (default) as above; `'heun'` integrates the line through the two estimates exactly
 * @param options.eta fresh noise: 0 (default) is the flow ODE, 1 the reverse SDE
 * @param options.scale standard deviation of the draws, default 1
 * @throws RangeError (`kind-unknown`, `eta-out-of-range`, `scale-out-of-range`)
 */
export function dpmpp2m<X = Tensor>(options: DpmSolverOptions = {}): Sampler<X, Known<X>> {
  return dpmppMultistep(2, options);
}
