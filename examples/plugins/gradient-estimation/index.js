/**
 * Gradient estimation: DDIM, with the estimated noise carried on in the direction in which it changed since the last step,
 *
 *     ε̄ = ε + (γ − 1)·(ε − ε_last),    x_s = α_s·(x_t/α_t + (σ_s/α_s − σ_t/α_t)·ε̄)
 *
 * Permenter and Yuan 2024 (arXiv 2306.04848), algorithm 2. With γ = 1, and at its first step, it is DDIM.
 *
 * @param {{ readonly gamma?: number }} [options] `gamma`, from 1; the paper's choice 2 by default
 * @returns {import('@tweedie/core').Sampler<any, any>}
 */
export function gradientEstimation({ gamma = 2 } = {}) {
  if (!(gamma >= 1 && gamma < Infinity)) throw new RangeError(`\`gamma\` must be from 1, got ${gamma}`);
  return {
    step({ from, to, denoise, combine }, x, last) {
      const denoised = denoise(x, from);
      const noise = combine([1 / from.sigma, x], [-from.alpha / from.sigma, denoised]);
      const further = last === undefined ? 0 : (gamma - 1) * (to.sigma - (to.alpha * from.sigma) / from.alpha);
      const x0 = [to.alpha, denoised];
      return { x: combine(x0, [to.sigma + further, noise], [-further, last ?? noise]), denoised, state: noise };
    },
  };
}
