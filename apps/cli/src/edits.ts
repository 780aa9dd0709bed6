/**
 * Editing by a trained model: new images that agree with what is given, `A·x0 = y` with `A` the pixels that are kept or the means of
 * squares, or that begin with it.
 */
import { broadcastTo, clipByValue, ones, sub, type Tensor, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { Grid } from '@tweedie/core';
import { averaged, type Measured, masked } from '@tweedie/guidance';
import { fromStrength } from '@tweedie/schedules';
import type { DrawnBy, Samples } from './draw-samples.js';
import { methodOf } from './edit-methods.js';
import type { Size } from './given-image.js';

/** Something to do with a given image; it owns tensors. */
export interface Edit extends Measured {
  /** By what samples are drawn so that they become the edited images. */
  readonly changed: (usual: DrawnBy) => DrawnBy;
  /** How many numbers of a sample the measurement says. */
  readonly count: number;
  /** What is shown before the results, as pictures of their size. */
  readonly shown: readonly Float32Array[];
  dispose(): void;
}

/** An image of a model: values from −1 to 1 of a given size, and the mean that the model takes away from them. */
export interface ModelImage {
  readonly values: Float32Array;
  readonly size: Size;
  readonly mean: number;
}

/**
 * Fills in what is not kept.
 * @param kept 1 for a pixel that stays, 0 for one to fill in
 * @param method an expression
 */
export function inpainted(image: ModelImage, kept: Float32Array, method: string): Edit {
  const { values, size } = image;
  const [height, width, channels] = size;
  const mask = tensor4d(kept, [1, height, width, 1]);
  const operator = masked(mask);
  const whole = tensorOf(image);
  const measurement = operator.apply(whole);
  whole.dispose();
  return {
    operator,
    measurement,
    changed: methodOf(method, { operator, measurement, mask }),
    count: channels * kept.reduce((sum, each) => sum + each, 0),
    shown: [values, values.map((value, i) => (kept[Math.floor(i / channels)] === 1 ? value : 0))],
    dispose() {
      mask.dispose();
      measurement.dispose();
    },
  };
}

/**
 * Enlarges: the means of squares of pixels are those of a smaller image.
 * @param factor side of the squares
 * @param method an expression
 */
export function upscaled(image: ModelImage, factor: number, method: string): Edit {
  const operator = averaged(factor);
  const measurement = tensorOf(image);
  const [height, width, channels] = image.size;
  const shown = Float32Array.from({ length: image.values.length * factor ** 2 }, (_, i) => {
    const [row, column] = [Math.floor(i / channels / width / factor), Math.floor(i / channels) % (width * factor)];
    const pixel = Math.floor(row / factor) * width + Math.floor(column / factor);
    return image.values[pixel * channels + (i % channels)] ?? 0;
  });
  return {
    operator,
    measurement,
    changed: methodOf(method, { operator, measurement }),
    count: height * width * channels,
    shown: [shown],
    dispose: () => measurement.dispose(),
  };
}

/**
 * Begins with an image, noised.
 * @param strength share of the steps that are taken, above 0 and at most 1
 */
export function varied(image: ModelImage, strength: number): Edit {
  const ending = (grid: Grid) => fromStrength(grid, strength);
  ending(() => []); // which checks the strength
  const origin = tensorOf(image);
  const mask = ones([1]);
  return {
    operator: masked(mask),
    measurement: origin,
    changed: ({ grid, ...usual }) => ({ ...usual, grid: ending(grid), origin }),
    count: image.values.length,
    shown: [image.values],
    dispose() {
      origin.dispose();
      mask.dispose();
    },
  };
}

/**
 * How far each sample, as the picture that is written, is from the measurement: the root of the mean square of `A·x − y`, in units of
 * pixels from 0 to 255.
 */
export async function inconsistency({ values, shape }: Samples, edit: Edit, mean: number): Promise<readonly number[]> {
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  const difference = tidy(() => {
    const pictures = clipByValue(tensor4d(values, [count, height, width, channels]), -1, 1);
    const seen = edit.operator.apply(sub(pictures, mean));
    return sub(seen, broadcastTo(edit.measurement, seen.shape));
  });
  const apart = await difference.data<'float32'>();
  difference.dispose();
  const each = apart.length / count;
  return Array.from({ length: count }, (_, i) => {
    const squares = apart.subarray(i * each, (i + 1) * each).reduce((sum, value) => sum + value ** 2, 0);
    return 127.5 * Math.sqrt(squares / edit.count);
  });
}

function tensorOf({ values, size: [height, width, channels], mean }: ModelImage): Tensor {
  return tensor4d(
    values.map((value) => value - mean),
    [1, height, width, channels],
  );
}
