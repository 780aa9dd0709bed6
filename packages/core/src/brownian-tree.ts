/** A Brownian path as the noise of a run: samples of one key then converge as the grid is refined, and do not merely agree in law. */

import { type BrownianOptions, brownianPath } from './brownian-path.js';
import type { Key, NoiseSource } from './contracts.js';
import { shaped } from './internal/shaped.js';

/**
 * Noise that is one {@link brownianPath} for each element. For samplers whose noise falls from step to step. A sampler that goes through
 * the same noise twice and draws on the way down, as `restarted` and `churned` around one with noise do, would meet the same increments
 * again: use `independentNoise` for it.
 * @param source the same key, the same path, whatever the batch and the grid
 * @returns a noise source for `sample`; `path` says that a draw depends on its interval alone
 * @throws RangeError (`tolerance-out-of-range`)
 */
export function brownianTree(source: Key, options: BrownianOptions = {}): NoiseSource & { readonly path: true } {
  const path = brownianPath(source, options);
  const noise: NoiseSource = (request) =>
    shaped((count, first) => Float32Array.from(path(request, count, first)), request.shape, request.first);
  return Object.assign(noise, { path: true as const });
}
