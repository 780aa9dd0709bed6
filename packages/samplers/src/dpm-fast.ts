/**
 * DPM-Solver-fast: singlestep DPM-Solver of mixed orders, which spends a budget of evaluations exactly: 3 … 3, 2, 1 or 3 … 3, 1 or
 * 3 … 3, 2. Meant for a grid that is uniform in log-SNR, with one step for each of `singlestepOrders(evaluations, order)`.
 *
 * Lu et al. 2022 (arXiv 2206.00927), section 3.4; k-diffusion's `sample_dpm_fast`, with noise as `ancestral(dpmFast({ … }))`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Sampler } from '@tweedie/core';
import { dpmSolver2 } from './dpm-solver-2.js';
import { dpmSolver3 } from './dpm-solver-3.js';
import { dpmpp2s } from './dpmpp-2s.js';
import { dpmpp3s } from './dpmpp-3s.js';
import { euler } from './euler.js';
import { sequence } from './sequence.js';
import { singlestepOrders } from './singlestep-orders.js';

/**
 * DPM-Solver-fast. The run must have `singlestepOrders(evaluations, order).length` steps.
 * @param options.evaluations how often the denoiser is called in all, a positive integer
 * @param options.order the highest order, 1, 2 or 3 (default)
 * @param options.over what is integrated: `'epsilon'` (default, DPM-Solver) or `'x0'` (DPM-Solver++)
 * @throws RangeError (`evaluations-not-positive`), (`order-out-of-range`); while sampling, (`sequence-length`)
 */
export function dpmFast<X = Tensor>(options: {
  readonly evaluations: number;
  readonly order?: number;
  readonly over?: 'epsilon' | 'x0';
}): Sampler<X, undefined> {
  const { evaluations, order = 3, over = 'epsilon' } = options;
  const [second, third] = over === 'x0' ? [dpmpp2s<X>(), dpmpp3s<X>()] : [dpmSolver2<X>(), dpmSolver3<X>()];
  return sequence(singlestepOrders(evaluations, order).map((each) => (each === 3 ? third : each === 2 ? second : euler<X>())));
}
