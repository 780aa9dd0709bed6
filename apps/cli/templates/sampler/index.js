/**
 * One step from the level `from` to the level `to`, where `x = alpha * x0 + sigma * noise`: keep the noise that the estimate of x0 implies.
 *
 * @returns {import('@tweedie/core').Sampler<any>}
 */
export function pluginName() {
  return {
    step({ from, to, denoise, combine }, x) {
      const denoised = denoise(x, from);
      const ratio = to.sigma / from.sigma;
      // TODO: data of a single point are missed until the gain is `to.alpha - from.alpha * ratio`
      const gain = to.alpha;
      return { x: combine([ratio, x], [gain, denoised]), denoised };
    },
  };
}
