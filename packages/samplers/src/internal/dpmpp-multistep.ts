/**
 * DPM-Solver++ over the last estimates of `x0`, of any order. With `g = (1 + η)·h`,
 *
 *     x_t = (σ_t/σ_s)·e^{−ηh}·x_s + α_t·g∫₀¹ e^{−g(1−τ)} x0(τ) dτ + σ_t·√(1 − e^{−2ηh})·z
 */
import type { Sampler } from '@tweedie/core';
import { firstOrder, integrated, type Known } from '../exponential.js';
import { type DpmSolverOptions, dpmSolverOptions } from './dpm-solver-options.js';

/** The sampler that looks back on `order − 1` estimates; they are its state, from the newest on. */
export function dpmppMultistep<X>(order: number, options: DpmSolverOptions): Sampler<X, Known<X>> {
  const { eta, scale, line } = dpmSolverOptions(options);
  return {
    step({ from, to, denoise, combine, noise }, x, past = []) {
      const denoised = denoise(x, from);
      const h = (to.logSnr - from.logSnr) / 2;
      if (h === Infinity) return { x: combine(...firstOrder(from, to, x, denoised)), denoised, state: [] };

      const known = [{ value: denoised, logSnr: from.logSnr }, ...past].slice(0, order);
      const mean = [
        [(to.sigma / from.sigma) * Math.exp(-eta * h), x] as const,
        ...integrated(known, { from, to }, -(1 + eta) * h, to.alpha, line),
      ];
      const deviation = scale * to.sigma * Math.sqrt(-Math.expm1(-2 * eta * h));
      return {
        x: deviation === 0 ? combine(...mean) : combine(...mean, [deviation, noise(from, to)]),
        denoised,
        state: known.slice(0, order - 1),
      };
    },
  };
}
