/** `OneHot` of float32. tfjs's wasm writes the bits of integers, so that a 1 reads as 1.4e-45. */
import { type Call, type Kernel, kernel, output } from './internal/kernel.js';

interface OneHotAttributes {
  readonly dtype: string;
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
}

function run({ inputs: { indices }, attributes: { dtype, depth, onValue, offValue }, backend }: Call<OneHotAttributes>) {
  if (dtype !== 'float32' || !indices) return undefined;
  const out = output(backend, [...indices.shape, depth]);
  const values = backend.typedArrayFromHeap(out).fill(offValue);
  for (const [row, column] of backend.typedArrayFromHeap(indices).entries())
    if (column >= 0 && column < depth) values[row * depth + column] = onValue;
  return out;
}

/** Input `indices`, int32; attributes `depth`, `onValue`, `offValue`. Leaves other types than float32 to tfjs. */
export const oneHot: Kernel = kernel('OneHot', run, run);
