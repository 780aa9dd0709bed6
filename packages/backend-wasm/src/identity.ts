/** `Identity` without a copy. tfjs's wasm copies the tensor, and training clones everything that it saves for the way back. */
import { type Kernel, kernel } from './internal/kernel.js';

/** Input `x`, not of strings; gives another tensor on the same data, which tfjs counts. */
export const identity: Kernel = kernel('Identity', ({ inputs: { x }, backend }) => {
  if (!x || x.dtype === 'string') return undefined;
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});
