/**
 * Training times in pairs `t` and `1 − t`: what one half of a batch sees of noise the other sees of signal, which lowers the
 * variance of losses that rise or fall with time. Song et al. 2021 (arXiv 2010.02502), in their code. (What the code of Kingma et
 * al. 2021 calls antithetic, evenly spread times, is `stratified`.)
 */
import { type TimeSampler, uniform } from '@tweedie/core';

/** Uniform times in pairs that add up to 1, next to each other; the last of an odd batch is alone. */
export function antithetic(): TimeSampler {
  return {
    draw(key, count) {
      const halves = uniform(key, Math.ceil(count / 2));
      return { times: [...halves].flatMap((t) => [t, 1 - t]).slice(0, count) };
    },
  };
}
