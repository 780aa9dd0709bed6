/** What sets of samples are compared by: a function of each sample, in rows. */
import { argMax, avgPool, type Tensor, type Tensor4D, tensor2d, tensor4d, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Network } from '@tweedie/core';
import type { FeatureRows } from '@tweedie/evaluation';
import type { Judge } from './judge.js';

/** Height, width and channels. */
export type ImageShape = readonly [height: number, width: number, channels: number];

const AT_ONCE = 500;
const COARSE = 8; // pixels on a side

/** Images as a judge sees them; `network` is its `features`, on any engine. */
export function judgedFeatures(network: Network, images: FeatureRows, shape: ImageShape): Promise<FeatureRows> {
  return mapped(images, shape, (x) => network.apply(x, zeros([x.shape[0]]), undefined));
}

/** Images averaged down to at most 8 pixels on a side: what is there to compare by without a judge. */
export function coarseFeatures(images: FeatureRows, shape: ImageShape): Promise<FeatureRows> {
  const [height, width] = shape;
  const window: [number, number] = [Math.ceil(height / COARSE), Math.ceil(width / COARSE)];
  return mapped(images, shape, (x) => avgPool(x, window, window, 'same'));
}

/** The classes that a judge reads from its features. */
export async function classesRead({ decide }: Judge, { values, columns }: FeatureRows): Promise<Int32Array> {
  const read = tidy(() => argMax(decide(tensor2d(new Float32Array(values), [values.length / columns, columns])), 1));
  const classes = await read.data<'int32'>();
  read.dispose();
  return classes;
}

async function mapped({ values, columns }: FeatureRows, shape: ImageShape, look: (x: Tensor4D) => Tensor): Promise<FeatureRows> {
  const count = values.length / columns;
  const parts: Float32Array[] = [];
  for (let first = 0; first < count; first += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - first);
    const some = new Float32Array(values.subarray(first * columns, (first + size) * columns));
    const seen = tidy(() => look(tensor4d(some, [size, ...shape])));
    parts.push((await seen.data<'float32'>()).slice());
    seen.dispose();
  }
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return { values: all, columns: all.length / count };
}
