/** The gradient of a denoiser with respect to `x`, of how far the denoised is from a measurement: what guidance follows. */
import { grad, square, sub, sum } from '@tensorflow/tfjs-core';
import { denoiser, key, normal } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { NETWORKS, onNetwork } from './networks.js';
import type { SuiteCase } from './suite-case.js';

const level = variancePreserving(clamped(cosine(), { min: -10, max: 10 })).at(0.6);

/** Networks whose output is more than a prediction, or none. */
const OTHERS = ['unet of patches', 'noisy classifier'];

/** The cases. */
export const denoisers: readonly SuiteCase[] = Object.entries(NETWORKS)
  .filter(([name]) => !OTHERS.includes(name))
  .map(([name, made]) => ({
    name: `gradient of a denoiser: ${name}`,
    tolerance: 1e-4,
    run: () =>
      onNetwork(made, (network, shape, labels) => {
        const [start, measured] = [normal(key(1), shape), normal(key(2), shape)];
        const denoise = denoiser(network, v());
        return grad((x) => sum(square(sub(denoise(x, level, labels), measured))))(start);
      }),
  }));
