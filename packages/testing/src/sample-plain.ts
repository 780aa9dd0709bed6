/**
 * The sampling driver on plain numbers: what core's `sampleSteps` does on tensors, in float64 and at once. Samplers never
 * look into `x`, so the same object runs on both.
 */
import {
  course,
  type Denoiser,
  type ForwardProcess,
  invalid,
  type NoiseLevel,
  type NoiseRequest,
  type Sampler,
  type StepControl,
} from '@tweedie/core';
import { combinePlain } from './combine-plain.js';
import { stepErrorPlain } from './internal/step-error-plain.js';

/** Standard normals for a draw. */
export interface PlainNoise {
  (request: Pick<NoiseRequest, 'from' | 'to' | 'index' | 'draw'>): Float64Array;
  /** As in core's `NoiseSource`. */
  readonly path?: true;
}

/** A run of {@link samplePlain}. */
export interface PlainOptions {
  readonly denoiser: Denoiser<undefined, Float64Array>;
  readonly process: ForwardProcess;
  readonly sampler: Sampler<Float64Array>;
  /** From the noisiest on. */
  readonly levels: readonly NoiseLevel[];
  /** `x` at the first level, flat. */
  readonly start: Float64Array;
  /** Without it, a sampler that draws noise is an error. */
  readonly noise?: PlainNoise;
  /** Steps of its own choice, in place of one from level to level. */
  readonly control?: StepControl;
  /** How many samples `start` holds, for a control that looks at each; default 1. */
  readonly rows?: number;
}

/** What a step left; `level` is where `x` is now. */
export interface PlainStep {
  readonly index: number;
  /** How many tries a control has rejected so far. */
  readonly rejected: number;
  readonly level: NoiseLevel;
  readonly x: Float64Array;
  readonly denoised: Float64Array;
}

/**
 * Every step of a run, the last one being the result.
 * @throws RangeError (`grid-not-descending`) and (`noise-not-a-path`) as core does, (`noise-not-given`) if the sampler draws and `noise` is
 * absent; of a control, as core's `course`
 */
export function samplePlain(options: PlainOptions): readonly PlainStep[] {
  const { denoiser, process, sampler, levels, start, control, rows = 1 } = options;
  const noise: PlainNoise = options.noise ?? noNoise;
  if (sampler.path !== 'any') mustDescend(levels);
  const way = course(levels, process, control);
  const steps: PlainStep[] = [];
  let [x, lower] = [start, start];
  let state: unknown;
  let lastNotes = new Map<string, Float64Array>();
  for (let attempt = way.next(); attempt !== undefined; attempt = way.next()) {
    const { from, to, index, count, measured } = attempt;
    const recalled = lastNotes;
    const notes = new Map<string, Float64Array>();
    let draws = 0;
    const moment = {
      from,
      to,
      index,
      count,
      note: (name: string, value: Float64Array) => void notes.set(name, value.slice()),
      recall: (name: string) => notes.get(name) ?? recalled.get(name),
    };
    const result = sampler.step(
      {
        ...moment,
        process,
        combine: combinePlain,
        denoise: (at, level) => denoiser(at, level, undefined, moment),
        noise: (a, b, variance) => {
          if (control !== undefined && noise !== noNoise && noise.path === undefined)
            throw invalid('noise-not-a-path', 'a controlled run takes only noise that depends on its interval alone');
          const unit = noise({ from: a, to: b, index, draw: draws++ });
          return variance === undefined ? unit : unit.map((z, i) => z * Math.sqrt(variance[i] ?? Number.NaN));
        },
      },
      x,
      state,
    );
    const judged = measured && control !== undefined ? stepErrorPlain(result, lower, control, rows) : undefined;
    const passed = way.judge(judged?.error);
    if (passed === undefined) continue;
    ({ x, state } = result);
    lower = judged?.lower ?? x;
    lastNotes = notes;
    steps.push({ index, rejected: passed.rejected, level: to, x, denoised: result.denoised });
  }
  return steps;
}

function noNoise(): never {
  throw invalid('noise-not-given', 'the sampler draws noise, but the run has no `noise`');
}

function mustDescend(levels: readonly NoiseLevel[]): void {
  levels.forEach((level, i) => {
    const last = levels[i - 1];
    if (last !== undefined && !(level.logSnr > last.logSnr))
      throw invalid('grid-not-descending', `level ${i} has log-SNR ${level.logSnr} after ${last.logSnr}`);
  });
}
