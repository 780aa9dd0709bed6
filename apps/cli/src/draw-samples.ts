/** Samples of a trained model. */
import { slice, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type Key, key, sample, split } from '@tweedie/core';
import { classifierFree } from '@tweedie/guidance';
import { controlOf, gridOf, noiseOf, samplerOf } from './components.js';
import { classesOf, denoiserOf, type Model, sampleShape } from './model-spec.js';
import { noClass } from './objective.js';
import type { Run } from './run-file.js';

/** How to sample; sampler, grid, control and noise are expressions. */
export interface SamplingSettings {
  readonly sampler: string;
  readonly grid: string;
  readonly steps: number;
  /** Without it, one step from level to level. */
  readonly control?: string | undefined;
  readonly guidance: number;
  /** Default: `independentNoise`. */
  readonly noise?: string;
}

/** What samples need to know of a run. */
export interface SampledRun extends Pick<Run, 'data' | 'model'> {
  readonly training: Pick<Run['training'], 'objective'>;
}

/** Samples, row-major, the first axis counting them. */
export interface Samples {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

const BATCH = 100; // all samples of a run together, and no short last batch of a thousand, which would be a graph of its own

/**
 * One sample for each label, which a model without classes is not told. Sample `i` depends on the seed and on `i` alone; under a control,
 * whose steps are those of a whole batch, on the others of its hundred too.
 */
export async function drawSamples(
  model: Model,
  { data, model: spec, training }: SampledRun,
  settings: SamplingSettings,
  labels: Int32Array,
  seed: number,
  signal?: AbortSignal,
): Promise<Samples> {
  const [sampler, grid] = [samplerOf(settings.sampler), gridOf(settings.grid)];
  const control = settings.control === undefined ? {} : { control: controlOf(settings.control) };
  const [, drawn] = split(key(seed)) as [Key, Key]; // as `sample` does, for its own noise
  const noise = settings.noise === undefined ? undefined : noiseOf(settings.noise, drawn);
  const classes = classesOf(spec.network);
  const shape = sampleShape(spec.network);
  const size = shape.reduce((product, length) => product * length, 1);
  const mean = 'mean' in data ? data.mean : 0;
  const values = new Float32Array(labels.length * size);
  const without = noClass(classes);
  const condition = tensor1d(labels, 'int32');
  const plain = denoiserOf(model, spec, training.objective);
  const guided = classifierFree({ scale: settings.guidance, without })(plain);
  try {
    for (let first = 0; first < labels.length; first += BATCH) {
      const count = Math.min(BATCH, labels.length - first);
      const options = {
        process: model.process,
        sampler,
        grid,
        steps: settings.steps,
        ...control,
        key: key(seed),
        start: [count, ...shape],
        first,
        ...(noise && { noise }),
        ...(signal && { signal }),
      };
      const some = tidy(() => slice(condition, first, count));
      try {
        const x = await (classes === 0
          ? sample({ ...options, denoiser: plain })
          : sample({ ...options, denoiser: guided, condition: some }));
        values.set(
          (await x.data<'float32'>()).map((value) => value + mean),
          first * size,
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
  return { values, shape: [labels.length, ...shape] };
}
