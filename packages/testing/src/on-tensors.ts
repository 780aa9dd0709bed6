/** A denoiser on plain numbers as one on tensors, for tests: it reads the tensor back. */
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Denoiser } from '@tweedie/core';

/** `denoiser` applied to the numbers of a tensor, computed in float64 and rounded to float32. */
export function onTensors(denoiser: Denoiser<undefined, Float64Array>): Denoiser<undefined, Tensor> {
  return (x, level) => tensor(Float32Array.from(denoiser(Float64Array.from(x.dataSync()), level, undefined)), x.shape);
}
