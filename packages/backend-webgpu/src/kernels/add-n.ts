/** `AddN` of more tensors than a shader may see. tfjs binds all of them at once, which the device refuses. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { perElement, runPerElement } from '../internal/elementwise.js';
import { type Kernel, kernel } from '../internal/kernel.js';
import { plain } from '../internal/plain.js';

/** Any number of inputs of one shape. Leaves to tfjs those that fit into one shader. */
export const addN: Kernel = kernel('AddN', ({ inputs, backend }) => {
  const [first, ...rest] = Object.values(inputs);
  const most = backend.device.limits.maxStorageBuffersPerShaderStage - 1; // and the output
  if (!first || rest.length < most || !plain(first, ...rest)) return undefined;
  let sum = first;
  for (let from = 0; from < rest.length; from += most - 1) {
    const terms: Record<string, TensorInfo> = { sum };
    for (const [i, term] of rest.slice(from, from + most - 1).entries()) terms[`x${i}`] = term;
    const names = Object.keys(terms);
    const value = names.map((name) => `${name}[index]`).join(' + ');
    const next = runPerElement(backend, perElement(`addN${names.length}`, names, `let value = ${value};`), first.shape, terms);
    if (sum !== first) backend.disposeData(sum.dataId);
    sum = next;
  }
  return sum;
});
