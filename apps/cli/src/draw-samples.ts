/** Samples of a trained model. */
import { broadcastTo, slice, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, type Grid, type Key, key, normal, type Sampler, sample, split } from '@tweedie/core';
import { perturb } from '@tweedie/forward-process';
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

/** What a run is drawn by. */
export interface DrawnBy {
  readonly denoiser: Denoiser<Tensor>;
  readonly sampler: Sampler;
  readonly grid: Grid;
  /** What the samples start from, `[1, …]`, noised to the first level of the grid; without it from noise alone. Borrowed. */
  readonly origin?: Tensor;
}

const BATCH = 100; // all samples of a run together, and no short last batch of a thousand, which would be a graph of its own

/**
 * One sample for each label, which a model without classes is not told. Sample `i` depends on the seed and on `i` alone; under a control,
 * whose steps are those of a whole batch, on the others of its hundred too.
 * @param changed what the samples are drawn by in place of what the settings say: guided, or held to a measurement
 */
export async function drawSamples(
  model: Model,
  { data, model: spec, training }: SampledRun,
  settings: SamplingSettings,
  labels: Int32Array,
  seed: number,
  signal?: AbortSignal,
  changed: (usual: DrawnBy) => DrawnBy = (usual) => usual,
): Promise<Samples> {
  const control = settings.control === undefined ? {} : { control: controlOf(settings.control) };
  const [started, drawn] = split(key(seed)) as [Key, Key]; // as `sample` does, for its own noise
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
  const untold: Denoiser<Tensor> = (x, level, _, moment) => plain(x, level, undefined, moment);
  const { origin, ...by } = changed({
    denoiser: classes === 0 ? untold : guided,
    sampler: samplerOf(settings.sampler),
    grid: gridOf(settings.grid),
  });
  const startOf = (count: number, first: number): Tensor | readonly number[] => {
    const [level] = by.grid(model.process, settings.steps);
    if (origin === undefined || level === undefined) return [count, ...shape];
    return tidy(() => {
      const noise = normal(started, [count, ...shape], first);
      return perturb(broadcastTo(origin, noise.shape), noise, level);
    });
  };
  try {
    for (let first = 0; first < labels.length; first += BATCH) {
      const count = Math.min(BATCH, labels.length - first);
      const start = startOf(count, first);
      const options = {
        ...by,
        process: model.process,
        steps: settings.steps,
        ...control,
        key: key(seed),
        start,
        first,
        ...(noise && { noise }),
        ...(signal && { signal }),
      };
      const some = tidy(() => slice(condition, first, count));
      try {
        const x = await sample({ ...options, condition: some });
        values.set(
          (await x.data<'float32'>()).map((value) => value + mean),
          first * size,
        );
        x.dispose();
      } finally {
        some.dispose();
        if ('dispose' in start) start.dispose();
      }
    }
  } finally {
    without.dispose();
    condition.dispose();
  }
  return { values, shape: [labels.length, ...shape] };
}
