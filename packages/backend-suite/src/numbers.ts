/** From tensors to numbers without blocking, which is the only way on WebGPU. */
import { dispose, type Tensor } from '@tensorflow/tfjs-core';

/** The values of all tensors one after another; frees them. */
export async function numbers(...tensors: readonly Tensor[]): Promise<number[]> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  dispose([...tensors]);
  return values.flatMap((each) => [...each]);
}
