/** The sampling driver: it owns tensor lifetime, randomness, progress and cancellation, so that samplers need not. */
import { clone, mul, type Scalar, sqrt, Tensor, type TensorContainer, tensor_util, tidy } from '@tensorflow/tfjs-core';
import { combine } from './combine.js';
import type { Key, Moment, NoiseLevel, NoiseSource, SampleOptions, SampleStep, StepContext } from './contracts.js';
import { course } from './course.js';
import { invalid } from './error.js';
import { breathe } from './internal/breathe.js';
import { levelsOf } from './internal/levels.js';
import { type Notebook, notebook } from './internal/notebook.js';
import { stepError } from './internal/step-error.js';
import { foldIn, split } from './key.js';
import { normal } from './normal.js';

/** What outlives a step: all tensors in it belong to the driver. `error` and `lower` are those of a step that was measured. */
type Carried = Pick<Notebook, 'notes'> & {
  x: Tensor;
  denoised?: Tensor;
  state?: TensorContainer;
  copies: Tensor[];
  error?: Scalar;
  lower?: Tensor;
};

/** Independent standard normals for every step and draw. The default noise source of {@link sampleSteps}. */
export function independentNoise(source: Key): NoiseSource {
  return ({ index, draw, shape, first }) => normal(foldIn(foldIn(source, index), draw), shape, first);
}

/**
 * Samples step by step. Each step is yielded as it ends and borrowed until the next; the last one is the result. Breaking
 * out of the loop, an error or an abort frees every tensor of the run. Under a `control` a step that was rejected runs again from the
 * same `x` and state, and only steps that were taken are yielded; then the results depend on the other samples of the batch.
 * @throws RangeError (`grid-…`) for a grid without levels or not descending; of a control that cannot go on, as {@link course};
 * (`noise-not-a-path`) if a controlled run draws; TypeError (`error-not-estimated`); the signal's reason when aborted
 */
export async function* sampleSteps<Condition = undefined>(options: SampleOptions<Condition>): AsyncGenerator<SampleStep, void> {
  const { denoiser, process, sampler, first = 0, signal, control } = options;
  const condition = options.condition as Condition;
  const levels = levelsOf(options);
  const [startKey, stepsKey] = split(options.key) as [Key, Key];
  const noise = options.noise ?? independentNoise(stepsKey);
  const { start } = options;
  const { sigma } = levels[0] as NoiseLevel;
  const way = course(levels, process, control);

  let carried: Carried = {
    x: start instanceof Tensor ? clone(start) : tidy(() => mul(normal(startKey, start, first), sigma)),
    notes: {},
    copies: [],
  };
  try {
    for (let attempt = way.next(); attempt !== undefined; attempt = way.next()) {
      await breathe();
      signal?.throwIfAborted();
      const { from, to, index, count, measured } = attempt;
      const last = carried;
      const { note, recall, notes, copies } = notebook(last.notes);
      let tried: Carried;
      try {
        tried = tidy(() => {
          let draws = 0;
          const moment: Moment = { from, to, index, count, note, recall };
          const context: StepContext = {
            ...moment,
            process,
            combine,
            denoise: (x, level) => denoiser(x, level, condition, moment),
            noise(a, b, variance) {
              if (control !== undefined && noise.path === undefined) throw notAPath();
              const unit = noise({ from: a, to: b, index, draw: draws++, shape: last.x.shape, first });
              return variance === undefined ? unit : mul(unit, sqrt(variance));
            },
          };
          const result = sampler.step(context, last.x, last.state);
          const { x, denoised, state } = result;
          const judged = measured && control !== undefined && stepError(result, last.lower ?? last.x, control);
          return { x, denoised, state: state as TensorContainer, notes, copies: [...copies], ...judged };
        });
      } catch (error) {
        for (const copy of copies) copy.dispose();
        throw error;
      }
      let passed: ReturnType<typeof way.judge>;
      try {
        passed = way.judge(tried.error && (await tried.error.data())[0]);
      } finally {
        if (passed === undefined) release(tried, last);
      }
      if (passed === undefined) continue;
      carried = tried;
      release(last, carried);
      yield { ...passed, x: carried.x, denoised: carried.denoised as Tensor };
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

function notAPath(): Error {
  return invalid(
    'noise-not-a-path',
    'a step that may be rejected needs noise that depends on its interval alone: give the run a Brownian path as its `noise`, or leave out `control`',
  );
}
