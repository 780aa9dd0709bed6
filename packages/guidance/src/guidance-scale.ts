/** How strong a guidance is: 1 leaves the denoiser as it is, above 1 goes further. */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Moment, NoiseLevel } from '@tweedie/core';

/**
 * One number, one for each sample of the batch (`[batch]`, borrowed), or a function of the noise level and, where there is one, of the
 * step. Where a number is 1 the denoiser is called as it is; a tensor is not looked into.
 */
export type GuidanceScale =
  | number
  | Tensor1D
  | ((level: NoiseLevel, moment?: Pick<Moment, 'from' | 'to' | 'index' | 'count'>) => number);

/**
 * A last word on a guided estimate of x0, such as `matchedDeviation`; called inside `tidy`.
 * @param plain the estimate of the denoiser as it is
 */
export type Correction = (guided: Tensor, plain: Tensor, x: Tensor, level: NoiseLevel) => Tensor;
