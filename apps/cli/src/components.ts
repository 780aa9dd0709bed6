/**
 * The exchangeable parts of a run, each from an expression over the exports of its package: `--schedule "shifted(cosine(), 0.5)"`. A
 * part is tried as soon as it is made, so that a mistake is one line at the start of a run and not a NaN in the middle.
 */
import type {
  ForwardProcess,
  Grid,
  Key,
  NoiseSchedule,
  NoiseSource,
  Parameterization,
  Sampler,
  StepControl,
  TimeSampler,
  Weighting,
} from '@tweedie/core';
import { brownianTree, independentNoise, invalid } from '@tweedie/core';
import type { PointSource } from '@tweedie/data';
import * as data from '@tweedie/data';
import * as processes from '@tweedie/forward-process';
import {
  adaptiveProjected,
  autoguidance,
  cfgPlusPlus,
  classifier,
  classifierFree,
  consistent,
  dynamicallyThresholded,
  interval,
  matchedDeviation,
  posteriorSampling,
  pseudoinverseGuided,
  repainting,
  replaced,
  thresholded,
} from '@tweedie/guidance';
import * as losses from '@tweedie/losses';
import * as parameterizations from '@tweedie/parameterizations';
import * as samplers from '@tweedie/samplers';
import * as schedules from '@tweedie/schedules';
import { evaluate, type Reading } from './expression.js';

/** What the packages have for each part that is an expression, by its flag. */
export const SCOPES = {
  schedule: schedules,
  process: processes,
  parameterization: { ...processes, ...parameterizations },
  objective: losses,
  weighting: losses,
  times: losses,
  sampler: samplers,
  grid: { ...samplers, ...schedules },
  control: samplers,
  noise: { brownianTree, independentNoise },
  guide: {
    adaptiveProjected,
    autoguidance,
    cfgPlusPlus,
    classifier,
    classifierFree,
    dynamicallyThresholded,
    interval,
    matchedDeviation,
    thresholded,
  },
  method: { consistent, posteriorSampling, pseudoinverseGuided, repainting, replaced },
} as const satisfies Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What the noise of a model is, as other parts may refer to it. */
export interface Noising {
  readonly schedule: NoiseSchedule;
  readonly process: ForwardProcess;
  readonly parameterization: Parameterization;
}

/** A noise schedule, from the exports of `@tweedie/schedules`. */
export function scheduleOf(text: string): NoiseSchedule {
  return part('schedule', text, { scope: SCOPES.schedule }, (value): value is NoiseSchedule =>
    has(value, 'logSnr', 'time', 'slope'),
  );
}

/** A process over `schedule`, from those of `@tweedie/forward-process`; a bare name takes the schedule. */
export function processOf(text: string, schedule: NoiseSchedule): ForwardProcess {
  const supply = (given: readonly unknown[]) => (given.length === 0 ? [schedule] : given);
  const reading = { scope: { ...SCOPES.process, schedule }, supply };
  return part('process', text, reading, (value): value is ForwardProcess => has(value, 'at', 'level', 'drift', 'diffusion'));
}

/** A parameterisation, from those of `@tweedie/parameterizations`. */
export function parameterizationOf(text: string, process: ForwardProcess): Parameterization {
  const scope = { ...SCOPES.parameterization, process, schedule: process.schedule };
  return part('parameterization', text, { scope }, (value): value is Parameterization =>
    has(tried(value, process.at(0.5)), 'skip', 'out', 'in', 'noise', 'target'),
  );
}

/** A weighting, from those of `@tweedie/losses`. */
export function weightingOf(text: string, noising: Noising): Weighting {
  const { process } = noising;
  return part('weighting', text, { scope: { ...SCOPES.weighting, ...noising } }, (value): value is Weighting =>
    Number.isFinite(tried(value, process.at(0.5), process)),
  );
}

/** A sampler of training times, from those of `@tweedie/losses`. */
export function timesOf(text: string, noising: Noising): TimeSampler {
  return part('times', text, { scope: { ...SCOPES.times, ...noising } }, (value): value is TimeSampler => has(value, 'draw'));
}

/** A time grid, from the exports of `@tweedie/schedules`, and those of `@tweedie/samplers` that a sampler needs. */
export function gridOf(text: string): Grid {
  return part('grid', text, { scope: SCOPES.grid }, (value): value is Grid => typeof value === 'function');
}

/** A sampler, from those of `@tweedie/samplers`. */
export function samplerOf(text: string): Sampler {
  return part('sampler', text, { scope: SCOPES.sampler }, (value): value is Sampler => has(value, 'step'));
}

/** A step control, from those of `@tweedie/samplers`. */
export function controlOf(text: string): StepControl {
  return part('control', text, { scope: SCOPES.control }, (value): value is StepControl => has(value, 'coordinate', 'next'));
}

/** What the noise of samples is drawn from, of the sources of `@tweedie/core`; each gets the key. */
export function noiseOf(text: string, key: Key): NoiseSource {
  const reading = { scope: SCOPES.noise, supply: (given: readonly unknown[]) => [key, ...given] };
  return part('noise', text, reading, (value): value is NoiseSource => typeof value === 'function');
}

/** A distribution of points, from the exports of `@tweedie/data`. */
export function pointsOf(text: string): PointSource {
  return part('data', text, { scope: data }, (value): value is PointSource => has(value, 'points', 'dimensions'));
}

/** The value of `text` if it is what `name` asks for. */
export function part<T>(name: string, text: string, reading: Omit<Reading, 'what'>, is: (value: unknown) => value is T): T {
  const value = evaluate(text, { what: `--${name}`, ...reading });
  if (is(value)) return value;
  throw invalid(`${name}-invalid`, `\`--${name}\` must be a ${name}, but ${text} is something else`, TypeError);
}

/** Whether a value has all of these. */
export function has(value: unknown, ...names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => name in value);
}

/** What a function gives, or undefined if it is none or throws. */
export function tried(value: unknown, ...given: readonly unknown[]): unknown {
  if (typeof value !== 'function') return undefined;
  try {
    return value(...given);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'plugin-failed') throw error;
    return undefined;
  }
}
