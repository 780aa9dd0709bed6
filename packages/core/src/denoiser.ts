/** The one way from a network to a denoiser: `x0 = skip·x + out·F(in·x, noise)`, Karras et al. 2022 (arXiv 2206.00364), eq. 7. */
import { fill, mul, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { combine } from './combine.js';
import type { Denoiser, Network, Parameterization } from './contracts.js';
import { undefinedAt } from './undefined-at.js';

/**
 * The denoiser `E[x0 | x_t]` of a network under a parameterisation.
 * @param network called with `x` scaled by `in` and one noise number per sample
 * @param parameterization what the network predicts; must be the one it was trained with
 * @throws RangeError (`parameterization-undefined`) when called at a level where the parameterisation has no finite value, as epsilon and
 * score have none in pure noise
 */
export function denoiser<Condition = undefined>(
  network: Network<Condition>,
  parameterization: Parameterization,
): Denoiser<Condition> {
  return (x, level, condition) =>
    tidy(() => {
      const { skip, out, in: scale, noise } = parameterization(level);
      if (!(Number.isFinite(skip) && Number.isFinite(out) && Number.isFinite(scale) && Number.isFinite(noise)))
        throw undefinedAt(level, { skip, out, in: scale, noise });
      const input = scale === 1 ? x : mul(x, scale);
      const output = network.apply(input, fill([x.shape[0] ?? 1], noise) as Tensor1D, condition);
      return combine([skip, x], [out, output]);
    });
}
