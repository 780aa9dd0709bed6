/**
 * Images with their mean moved to zero. A process that preserves variance ends near N(0, I) only for data of mean 0 and variance about 1,
 * and a network need not first learn the offset: digits of −0.74 on average are learned in half the time.
 */
import { sub, tidy } from '@tensorflow/tfjs-core';
import type { Dataset } from './dataset.js';
import type { ImageBytes, LabelledImages } from './images.js';

/** The data set with `mean` subtracted from every value; add it to what a model trained on it draws. */
export function centred(dataset: Dataset<LabelledImages>, mean: number): Dataset<LabelledImages> {
  return {
    size: dataset.size,
    batch(indices) {
      const { x, condition } = dataset.batch(indices);
      const shifted = tidy(() => sub<typeof x>(x, mean));
      x.dispose();
      return { x: shifted, condition };
    },
  };
}

/** The mean of all values of a set of images, in [−1, 1]. */
export function meanOf({ pixels }: ImageBytes): number {
  let sum = 0;
  for (const byte of pixels) sum += byte;
  return sum / pixels.length / 127.5 - 1;
}
