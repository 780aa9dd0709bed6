/** Images from a trained model. */
import { slice, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { denoiser, invalid, key, sample } from '@tweedie/core';
import { classifierFree } from '@tweedie/guidance';
import { GRIDS, SAMPLERS } from './catalogue.js';
import type { Images } from './images.js';
import type { Model } from './model-spec.js';
import { noClass } from './objective.js';
import type { Run } from './run-file.js';

/** How to sample. */
export interface SamplingSettings {
  readonly sampler: string;
  readonly grid: string;
  readonly steps: number;
  readonly guidance: number;
}

const BATCH = 100; // all samples of a run together, and no short last batch of a thousand, which would be a graph of its own

/** One image for each label. Image `i` depends on the seed and on `i` alone. */
export async function drawImages(
  model: Model,
  { data, model: { network } }: Pick<Run, 'data' | 'model'>,
  settings: SamplingSettings,
  labels: Int32Array,
  seed: number,
  signal?: AbortSignal,
): Promise<Images> {
  const [height, width, channels] = network.image;
  const values = new Float32Array(labels.length * height * width * channels);
  const without = noClass(network.classes);
  const condition = tensor1d(labels, 'int32');
  try {
    const guided = classifierFree({ scale: settings.guidance, without })(
      denoiser<Tensor | undefined>(model.network, model.parameterization),
    );
    for (let first = 0; first < labels.length; first += BATCH) {
      const count = Math.min(BATCH, labels.length - first);
      const some = tidy(() => slice(condition, first, count));
      try {
        const x = await sample({
          denoiser: guided,
          process: model.process,
          sampler: named(SAMPLERS, 'sampler', settings.sampler)(),
          grid: named(GRIDS, 'grid', settings.grid)(),
          steps: settings.steps,
          key: key(seed),
          start: [count, height, width, channels],
          condition: some,
          first,
          ...(signal && { signal }),
        });
        values.set(
          (await x.data<'float32'>()).map((value) => value + data.mean),
          first * height * width * channels,
        );
        x.dispose();
      } finally {
        some.dispose();
      }
    }
  } finally {
    without.dispose();
    condition.dispose();
  }
  return { values, shape: [labels.length, height, width, channels] };
}

function named<T>(table: Readonly<Record<string, T>>, kind: string, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined)
    throw invalid(`${kind}-unknown`, `\`${kind}\` must be one of ${Object.keys(table).join(', ')}, got ${name}`);
  return found;
}
