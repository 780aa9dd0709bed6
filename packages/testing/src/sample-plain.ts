/**
 * The sampling driver on plain numbers: what core's `sampleSteps` does on tensors, in float64 and at once. Samplers never
 * look into `x`, so the same object runs on both.
 */
import { type Denoiser, type ForwardProcess, invalid, type NoiseLevel, type NoiseRequest, type Sampler } from '@tweedie/core';
import { combinePlain } from './combine-plain.js';

/** Standard normals for a draw. */
export type PlainNoise = (request: Pick<NoiseRequest, 'from' | 'to' | 'index' | 'draw'>) => Float64Array;

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
}

/** What a step left; `level` is where `x` is now. */
export interface PlainStep {
  readonly index: number;
  readonly level: NoiseLevel;
  readonly x: Float64Array;
  readonly denoised: Float64Array;
}

/**
 * Every step of a run, the last one being the result.
 * @throws RangeError (`grid-not-descending`) as core does, (`noise-not-given`) if the sampler draws and `noise` is absent
 */
export function samplePlain(options: PlainOptions): readonly PlainStep[] {
  const { denoiser, process, sampler, levels, start, noise = noNoise } = options;
  if (sampler.path !== 'any') mustDescend(levels);
  const count = levels.length - 1;
  const steps: PlainStep[] = [];
  let x = start;
  let state: unknown;
  let lastNotes = new Map<string, Float64Array>();
  for (const [index, to] of levels.slice(1).entries()) {
    const from = levels[index] as NoiseLevel;
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
          const unit = noise({ from: a, to: b, index, draw: draws++ });
          return variance === undefined ? unit : unit.map((z, i) => z * Math.sqrt(variance[i] ?? Number.NaN));
        },
      },
      x,
      state,
    );
    ({ x, state } = result);
    lastNotes = notes;
    steps.push({ index, level: to, x, denoised: result.denoised });
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
