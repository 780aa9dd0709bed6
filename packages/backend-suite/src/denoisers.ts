/** The gradient of a denoiser with respect to `x`, of how far the denoised is from a measurement: what guidance follows. */
import { dispose, grad, square, sub, sum, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { denoiser, key, normal, registerGradients } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { NETWORKS } from './networks.js';
import { numbers } from './numbers.js';
import { randomised } from './randomised.js';
import type { SuiteCase } from './suite-case.js';

const level = variancePreserving(clamped(cosine(), { min: -10, max: 10 })).at(0.6);

/** Networks whose output is more than a prediction, or none. */
const OTHERS = ['unet of patches', 'noisy classifier'];

/** The cases. */
export const denoisers: readonly SuiteCase[] = Object.entries(NETWORKS)
  .filter(([name]) => !OTHERS.includes(name))
  .map(([name, [make, shape, classes]]) => ({
    name: `gradient of a denoiser: ${name}`,
    tolerance: 1e-4,
    async run() {
      registerGradients();
      const network = make();
      const parameters = randomised(network.parameters);
      const labels = classes === undefined ? undefined : tensor1d([classes, 1], 'int32');
      const gradient = tidy(() => {
        const [start, measured] = [normal(key(1), [...shape]), normal(key(2), [...shape])];
        const denoise = denoiser(network, v());
        return grad((x) => sum(square(sub(denoise(x, level, labels), measured))))(start);
      });
      dispose([...parameters, ...(labels === undefined ? [] : [labels])]);
      return numbers(gradient);
    },
  }));
