/** Labelled images held as bytes, and made into float32 tensors a batch at a time: an eighth of the memory of tensors. */
import { type Tensor1D, type Tensor4D, tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import type { Dataset } from './dataset.js';

/** A batch of images with their classes, under the names that `diffusionLoss` expects. */
export interface LabelledImages {
  /** `[n, height, width, channels]`, in [−1, 1]. */
  readonly x: Tensor4D;
  /** Classes, int32 `[n]`. */
  readonly condition: Tensor1D;
}

/** The bytes of a set of images. */
export interface ImageBytes {
  /** Image after image, each in rows of pixels with their channels together. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array | Int32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Labelled images as a data set; the bytes stay at hand. */
export type ImageDataset = Dataset<LabelledImages> & ImageBytes;

/**
 * A data set on bytes, which it shares. Byte b becomes `b/127.5 − 1`.
 * @throws RangeError (`pixels-mismatch`) unless there are `height·width·channels` pixels for each label
 */
export function labelledImages(bytes: ImageBytes): ImageDataset {
  const { pixels, labels, height, width, channels } = bytes;
  const perImage = height * width * channels;
  const size = labels.length;
  if (pixels.length !== size * perImage)
    throw invalid(
      'pixels-mismatch',
      `${size} labels need ${size * perImage} pixels of ${height}×${width}×${channels} images, got ${pixels.length}`,
    );
  return {
    ...bytes,
    size,
    batch: (indices) => {
      const values = new Float32Array(indices.length * perImage);
      const classes = new Int32Array(indices.length);
      for (let i = 0; i < indices.length; i++) {
        const index = indices[i] ?? -1;
        const label = labels[index];
        if (label === undefined) throw invalid('index-out-of-range', `an index must be from 0 to ${size - 1}, got ${index}`);
        classes[i] = label;
        pixels.subarray(index * perImage, (index + 1) * perImage).forEach((byte, j) => {
          values[i * perImage + j] = byte / 127.5 - 1;
        });
      }
      return { x: tensor4d(values, [indices.length, height, width, channels], 'float32'), condition: tensor1d(classes, 'int32') };
    },
  };
}
