/** MNIST, handwritten digits of 28×28 pixels in ten classes: LeCun, Cortes & Burges 1998, from its original IDX files. */
import { invalid } from '@tweedie/core';
import { decodeIdx } from './idx.js';
import { type ImageDataset, labelledImages } from './images.js';

/**
 * The data set of an image file and a label file, decompressed. Any data in the same form will do (Fashion-MNIST).
 * @throws RangeError (`count-mismatch`) unless there are as many labels as images; as `decodeIdx`
 */
export function mnist(files: { readonly images: Uint8Array; readonly labels: Uint8Array }): ImageDataset {
  const images = decodeIdx(files.images, 3);
  const labels = decodeIdx(files.labels, 1);
  const [count, height = 0, width = 0] = images.shape;
  if (count !== labels.data.length)
    throw invalid(
      'count-mismatch',
      `there must be as many labels as images, got ${labels.data.length} labels and ${count} images`,
    );
  return labelledImages({ pixels: images.data, labels: labels.data, height, width, channels: 1 });
}
