/**
 * DPM-Solver++(3M): third order from one evaluation per step. The parabola through the last three estimates of `x0` is integrated
 * exactly against the exponential of the flow, with `h` the step in half log-SNR:
 *
 *     x_t = (σ_t/σ_s)·x_s + α_t·h∫₀¹ e^{−h(1−τ)} x0(τ) dτ
 *
 * Lu et al. 2022 (arXiv 2211.01095), proposition 4.1; the exponential Adams–Bashforth method of three steps. With `eta` it solves the
 * reverse SDE, as in k-diffusion's `sample_dpmpp_3m_sde`. The authors' code, diffusers and k-diffusion count only half of the
 * parabola's curvature (they take a divided difference for a second derivative), and so are of order 2.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import type { Known } from './exponential.js';
import type { DpmSolverOptions } from './internal/dpm-solver-options.js';
import { dpmppMultistep } from './internal/dpmpp-multistep.js';

/**
 * DPM-Solver++(3M), order 3; of weak order 1 with noise. The first step, and one from pure noise or to `σ = 0`, are DDIM's; the
 * second is one of {@link dpmpp2m}.
 * @param options.kind of the second step, `'midpoint'` (default) or `'heun'`
 * @param options.eta fresh noise: 0 (default) is the flow ODE, 1 the reverse SDE
 * @param options.scale standard deviation of the draws, default 1
 * @throws RangeError (`kind-unknown`, `eta-out-of-range`, `scale-out-of-range`)
 */
export function dpmpp3m<X = Tensor>(options: DpmSolverOptions = {}): Sampler<X, Known<X>> {
  return dpmppMultistep(3, options);
}
