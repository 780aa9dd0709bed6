/** `UnsortedSegmentSum`, which tfjs's wasm backend lacks: the gradient of `gather`, so of embeddings. */
import { util } from '@tensorflow/tfjs-core';
import { address, type Call, type Kernel, kernel, output } from './internal/kernel.js';
import type { Module } from './internal/module.js';

interface SegmentAttributes {
  readonly numSegments: number;
}

function sizes({ inputs: { x, segmentIds }, attributes: { numSegments } }: Call<SegmentAttributes>) {
  if (!x || !segmentIds || x.dtype !== 'float32' || segmentIds.dtype !== 'int32') return undefined;
  const row = x.shape.slice(segmentIds.shape.length);
  return {
    x,
    segmentIds,
    count: util.sizeFromShape(segmentIds.shape),
    width: util.sizeFromShape(row),
    shape: [numSegments, ...row],
  };
}

function run(call: Call<SegmentAttributes>, module: Module) {
  const found = sizes(call);
  if (!found) return undefined;
  const { backend, attributes } = call;
  const { x, segmentIds, count, width, shape } = found;
  const out = output(backend, shape);
  module.segmentSum(
    address(backend, x),
    address(backend, segmentIds),
    address(backend, out),
    count,
    width,
    attributes.numSegments,
  );
  return out;
}

function composed(call: Call<SegmentAttributes>) {
  const found = sizes(call);
  if (!found) return undefined;
  const { backend, attributes } = call;
  const { count, width, shape } = found;
  const out = output(backend, shape);
  const [sums, values, ids] = [out, found.x, found.segmentIds].map((tensor) => backend.typedArrayFromHeap(tensor));
  sums?.fill(0);
  for (let i = 0; i < count; i++) {
    const id = ids?.[i] ?? -1;
    if (id < 0 || id >= attributes.numSegments) continue;
    for (let j = 0; j < width; j++) if (sums) sums[id * width + j] = (sums[id * width + j] ?? 0) + (values?.[i * width + j] ?? 0);
  }
  return out;
}

/** Inputs `x` `[…ids, …row]`, `segmentIds` int32; attribute `numSegments`. Gives `[numSegments, …row]`; ids outside the range are left out. */
export const unsortedSegmentSum: Kernel = kernel('UnsortedSegmentSum', run, composed);
