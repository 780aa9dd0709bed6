/** Functions of plain numbers as functions of tensors, for tests: they read the tensor back. */
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Denoiser } from '@tweedie/core';

/** `f` of the numbers of a tensor, computed in float64 and rounded to float32. */
export function liftedToTensors(f: (x: Float64Array) => Float64Array): (x: Tensor) => Tensor {
  return (x) => tensor(Float32Array.from(f(read(x))), x.shape);
}

/** `denoiser` applied to the numbers of a tensor, computed in float64 and rounded to float32. */
export function onTensors(denoiser: Denoiser<undefined, Float64Array>): Denoiser<undefined, Tensor> {
  return (x, level, _, moment) => {
    const plain = moment && {
      ...moment,
      note: (name: string, value: Float64Array) => moment.note(name, liftedToTensors(() => value)(x)),
      recall(name: string) {
        const noted = moment.recall(name);
        return noted && read(noted);
      },
    };
    return liftedToTensors((values) => denoiser(values, level, undefined, plain))(x);
  };
}

function read(x: Tensor): Float64Array {
  return Float64Array.from(x.dataSync());
}
