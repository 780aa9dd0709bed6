/**
 * The truth that deterministic samplers approximate: the probability flow ODE, which for `y = x/alpha` reads
 *
 *     dy/dλ = −½·(y − E[x0 | x])
 *
 * under every form of a process (Song et al. 2021, arXiv 2011.13456, eq. 13; in these variables Karras et al. 2022,
 * arXiv 2206.00364, eq. 4). Solved by the classical fourth-order Runge–Kutta method in many small steps.
 */
import type { Denoiser, ForwardProcess, NoiseLevel } from '@tweedie/core';
import { combinePlain } from './combine-plain.js';

/**
 * `x` carried from one finite log-SNR to another by the exact flow.
 * @param options.steps Runge–Kutta steps, default 1000: errors near 1e-12 on smooth densities
 */
export function probabilityFlow(options: {
  readonly denoiser: Denoiser<undefined, Float64Array>;
  readonly process: ForwardProcess;
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
  readonly start: Float64Array;
  readonly steps?: number;
}): Float64Array {
  const { denoiser, process, from, to, start, steps = 1000 } = options;
  const h = (to.logSnr - from.logSnr) / steps;
  const slope = (y: Float64Array, logSnr: number) => {
    const level = process.level(logSnr);
    const denoised = denoiser(combinePlain([level.alpha, y]), level, undefined);
    return combinePlain([-0.5, y], [0.5, denoised]);
  };
  let y = combinePlain([1 / from.alpha, start]);
  for (let i = 0; i < steps; i++) {
    const logSnr = from.logSnr + i * h;
    const k1 = slope(y, logSnr);
    const k2 = slope(combinePlain([1, y], [h / 2, k1]), logSnr + h / 2);
    const k3 = slope(combinePlain([1, y], [h / 2, k2]), logSnr + h / 2);
    const k4 = slope(combinePlain([1, y], [h, k3]), logSnr + h);
    y = combinePlain([1, y], [h / 6, k1], [h / 3, k2], [h / 3, k3], [h / 6, k4]);
  }
  return combinePlain([to.alpha, y]);
}
