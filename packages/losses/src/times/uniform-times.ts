/** Training times, each uniform on (0, 1) and independent of the others. Ho et al. 2020 (arXiv 2006.11239), algorithm 1. */
import { type TimeSampler, uniform } from '@tweedie/core';

/** Independent uniform times; time `i` depends on the key and on `i` alone. */
export function uniformTimes(): TimeSampler {
  return { draw: (key, count) => ({ times: [...uniform(key, count)] }) };
}
