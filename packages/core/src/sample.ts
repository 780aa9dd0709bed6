/** The sampling driver: it owns tensor lifetime, randomness, progress and cancellation, so that samplers need not. */
import { clone, mul, sqrt, Tensor, type TensorContainer, tensor_util, tidy } from '@tensorflow/tfjs-core';
import { combine } from './combine.js';
import type { Grid, Key, Moment, NoiseLevel, NoiseSource, SampleOptions, SampleStep, StepContext } from './contracts.js';
import { invalid } from './error.js';
import { breathe } from './internal/breathe.js';
import { type Notebook, notebook } from './internal/notebook.js';
import { foldIn, split } from './key.js';
import { normal } from './normal.js';

/** What outlives a step: all tensors in it belong to the driver. */
type Carried = Pick<Notebook, 'notes'> & { x: Tensor; denoised?: Tensor; state?: TensorContainer; copies: Tensor[] };

/** Independent standard normals for every step and draw. The default noise source of {@link sampleSteps}. */
export function independentNoise(source: Key): NoiseSource {
  return ({ index, draw, shape, first }) => normal(foldIn(foldIn(source, index), draw), shape, first);
}

/**
 * Samples step by step. Each step is yielded as it ends and borrowed until the next; the last one is the result. Breaking
 * out of the loop, an error or an abort frees every tensor of the run.
 * @throws RangeError (`grid-…`) for a grid without levels or not descending; the signal's reason when aborted
 */
export async function* sampleSteps<Condition = undefined>(options: SampleOptions<Condition>): AsyncGenerator<SampleStep, void> {
  const { denoiser, process, sampler, first = 0, signal } = options;
  const condition = options.condition as Condition;
  const levels = resolveLevels(options);
  const count = levels.length - 1;
  const [startKey, stepsKey] = split(options.key) as [Key, Key];
  const noise = options.noise ?? independentNoise(stepsKey);
  const { start } = options;
  const top = levels[0] as NoiseLevel;
  if (!Number.isFinite(top.sigma))
    throw invalid('grid-infinite', `the grid starts at sigma = ${top.sigma}: wrap the schedule in \`clamped\``);

  let carried: Carried = {
    x: start instanceof Tensor ? clone(start) : tidy(() => mul(normal(startKey, start, first), top.sigma)),
    notes: {},
    copies: [],
  };
  try {
    for (let index = 0; index < count; index++) {
      await breathe();
      signal?.throwIfAborted();
      const [from, to] = [levels[index] as NoiseLevel, levels[index + 1] as NoiseLevel];
      const last = carried;
      const { note, recall, notes, copies } = notebook(last.notes);
      try {
        carried = tidy(() => {
          let draws = 0;
          const moment: Moment = { from, to, index, count, note, recall };
          const context: StepContext = {
            ...moment,
            process,
            combine,
            denoise: (x, level) => denoiser(x, level, condition, moment),
            noise(a, b, variance) {
              const unit = noise({ from: a, to: b, index, draw: draws++, shape: last.x.shape, first });
              return variance === undefined ? unit : mul(unit, sqrt(variance));
            },
          };
          const { x, denoised, state } = sampler.step(context, last.x, last.state);
          return { x, denoised, state: state as TensorContainer, notes, copies: [...copies] };
        });
      } catch (error) {
        for (const copy of copies) copy.dispose();
        throw error;
      }
      release(last, carried);
      yield { index, count, level: to, x: carried.x, denoised: carried.denoised as Tensor };
    }
  } finally {
    release(carried);
  }
}

/**
 * Samples and gives the last `x`; the caller owns it.
 * @throws as {@link sampleSteps}
 */
export async function sample<Condition = undefined>(options: SampleOptions<Condition>): Promise<Tensor> {
  let result: Tensor | undefined;
  for await (const step of sampleSteps(options)) {
    if (step.index === step.count - 1) result = clone(step.x);
  }
  return result as Tensor;
}

/** Frees the tensors of `old` that `next` did not take over. */
function release(old: Carried, next?: Carried): void {
  const kept = new Set(next === undefined ? [] : tensor_util.getTensorsInContainer(next));
  for (const tensor of tensor_util.getTensorsInContainer(old)) if (!kept.has(tensor)) tensor.dispose();
}

function resolveLevels<Condition>({ grid, steps, process, sampler }: SampleOptions<Condition>): readonly NoiseLevel[] {
  const levels = typeof grid === 'function' ? gridLevels(grid, steps, process) : grid.map((t) => process.at(t));
  if (levels.length < 2) throw invalid('grid-too-short', `a grid must have at least two levels, got ${levels.length}`);
  if (sampler.path === 'any') return levels;
  levels.forEach((level, i) => {
    const last = levels[i - 1];
    if (last !== undefined && !(level.logSnr > last.logSnr))
      throw invalid(
        'grid-not-descending',
        `noise must fall along the grid, but level ${i} has log-SNR ${level.logSnr} after ${last.logSnr}; use other times, fewer steps, or a sampler with \`path: 'any'\``,
      );
  });
  return levels;
}

function gridLevels(grid: Grid, steps: number | undefined, process: SampleOptions['process']): readonly NoiseLevel[] {
  if (steps === undefined || !Number.isInteger(steps) || steps < 1)
    throw invalid('steps-not-positive', `\`steps\` must be a positive integer, got ${steps}`);
  return grid(process, steps);
}
