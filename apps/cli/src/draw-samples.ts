/** Samples of a trained model. */
import { broadcastTo, mul, slice, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, type Grid, key, type Sampler, type SampleStep, sampleSteps } from '@tweedie/core';
import { perturb } from '@tweedie/forward-process';
import { controlOf, gridOf, samplerOf } from './components.js';
import { guidedDenoiser } from './guided-denoiser.js';
import { type Model, sampleShape } from './model-spec.js';
import type { Run } from './run-file.js';
import { chanceOf, type Seeds } from './sample-seed.js';

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

/** Who looks on. */
export interface Onlooker {
  readonly signal?: AbortSignal;
  /** After each step of the samples from index `first` on; its tensors are borrowed. */
  readonly onStep?: (step: SampleStep, first: number) => void | Promise<void>;
}

/** What samples are drawn by. */
export interface DrawnBy {
  readonly denoiser: Denoiser<Tensor>;
  readonly sampler: Sampler;
  readonly grid: Grid;
  /** What they start from, `[1, …]`, noised to the first level of the grid; without it from noise alone. Borrowed. */
  readonly origin?: Tensor;
}

const BATCH = 100; // all samples of a run together, and no short last batch of a thousand, which would be a graph of its own

/**
 * One sample for each label, which a model without classes is not told. Sample `i` depends on its seed, or on one seed for all and on `i`;
 * under a control, whose steps are those of a whole batch, on the others of its hundred too.
 * @param changed what they are drawn by in place of what the settings say: guided, or held to a measurement
 */
export async function drawSamples(
  model: Model,
  run: SampledRun,
  settings: SamplingSettings,
  labels: Int32Array,
  seeds: Seeds,
  { signal, onStep }: Onlooker = {},
  changed: (usual: DrawnBy) => DrawnBy = (usual) => usual,
): Promise<Samples> {
  const control = settings.control === undefined ? {} : { control: controlOf(settings.control) };
  const { start, noise } = chanceOf(seeds, settings.noise);
  const shape = sampleShape(run.model.network);
  const size = shape.reduce((product, length) => product * length, 1);
  const mean = offsetOf(run);
  const values = new Float32Array(labels.length * size);
  const condition = tensor1d(labels, 'int32');
  const { denoiser: usual, dispose } = guidedDenoiser(model, run, settings);
  try {
    const by = changed({ denoiser: usual, sampler: samplerOf(settings.sampler), grid: gridOf(settings.grid) });
    const { denoiser, sampler, grid, origin } = by;
    const levels = grid(model.process, settings.steps);
    const [level = model.process.at(1)] = levels;
    for (let first = 0; first < labels.length; first += BATCH) {
      const count = Math.min(BATCH, labels.length - first);
      const given = tidy(() => {
        const unit = start([count, ...shape], first);
        return {
          start: origin === undefined ? mul(unit, level.sigma) : perturb(broadcastTo(origin, unit.shape), unit, level),
          condition: slice(condition, first, count),
        };
      });
      const options = { denoiser, process: model.process, sampler, grid: () => levels, steps: settings.steps, first, noise };
      try {
        for await (const step of sampleSteps({ ...options, ...given, ...control, ...(signal && { signal }), key: key(0) })) {
          await onStep?.(step, first);
          if (step.index < step.count - 1) continue;
          const x = await step.x.data<'float32'>();
          values.set(
            x.map((value) => value + mean),
            first * size,
          );
        }
      } finally {
        given.start.dispose();
        given.condition.dispose();
      }
    }
  } finally {
    dispose();
    condition.dispose();
  }
  return { values, shape: [labels.length, ...shape] };
}

/** What was subtracted from the data before training. */
export function offsetOf({ data }: Pick<SampledRun, 'data'>): number {
  return 'mean' in data ? data.mean : 0;
}
