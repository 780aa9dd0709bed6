import { clone, Tensor } from '@tensorflow/tfjs-core';

/** The same plain structure with copies of its tensors, which the caller owns. */
export function cloneTensors<T>(value: T): T {
  return copy(value) as T; // the structure is kept
}

function copy(value: unknown): unknown {
  if (value instanceof Tensor) return clone(value);
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copy(part)]));
  return value;
}
