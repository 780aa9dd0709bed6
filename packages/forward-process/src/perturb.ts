/** Adds noise: `x_t = alpha·x0 + sigma·eps`, a draw from `q(x_t | x_0)`. */
import { add, mul, type Tensor, tensor, tidy, util } from '@tensorflow/tfjs-core';
import { invalid, type NoiseLevel } from '@tweedie/core';

/**
 * Noisy data at one level, or at one level per sample.
 * @param x0 clean data, batch first
 * @param epsilon standard normal noise, of the shape of `x0`
 * @param level one level for all, or as many as the batch has samples: `times.map(process.at)`
 * @returns a fresh tensor of the shape of `x0`
 * @throws RangeError (`shape-mismatch`) if the shapes differ, (`levels-mismatch`) if the levels are not one per sample
 */
export function perturb(x0: Tensor, epsilon: Tensor, level: NoiseLevel | readonly NoiseLevel[]): Tensor {
  if (!util.arraysEqual(x0.shape, epsilon.shape))
    throw invalid('shape-mismatch', `\`epsilon\` must have the shape of \`x0\`, [${x0.shape}], got [${epsilon.shape}]`);
  const levels = 'sigma' in level ? [level] : level;
  const [batch = 1] = x0.shape;
  if (!('sigma' in level) && levels.length !== batch)
    throw invalid('levels-mismatch', `\`level\` must be one level or ${batch}, one per sample, got ${levels.length}`);
  return tidy(() => {
    const perSample = (values: number[]) => tensor(values, [values.length, ...x0.shape.slice(1).fill(1)]);
    const alphas = perSample(levels.map(({ alpha }) => alpha));
    const sigmas = perSample(levels.map(({ sigma }) => sigma));
    return add(mul(alphas, x0), mul(sigmas, epsilon));
  });
}
