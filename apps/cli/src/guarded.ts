/** Parts from modules, watched: whatever one throws or gives that is not what it must be is one line that names the module. */
import { Tensor } from '@tensorflow/tfjs-core';
import { invalid, type NoiseSchedule } from '@tweedie/core';
import { reasonOf } from './plugins.js';
import { scheduleComplaint } from './sound-schedule.js';

/** Whose part it is, as messages name it: `--sampler`, `./mine.mjs#mine`. */
export interface Owner {
  readonly what: string;
  readonly module: string;
}

/** What is wrong with a result, or undefined. */
type Rule = (result: unknown, given: readonly unknown[]) => string | undefined;

const numeric: Rule = (result) => (typeof result === 'number' && !Number.isNaN(result) ? undefined : 'must give a number');
const level: Rule = (result) => numbers(result, 't', 'alpha', 'sigma', 'logSnr');

/** By the name of a method, or of the flag whose part is a function. */
const RULES: Readonly<Record<string, Rule>> = {
  logSnr: numeric,
  time: numeric,
  slope: numeric,
  drift: numeric,
  diffusion: numeric,
  at: level,
  level,
  step: (result, [, x]) => {
    if (!isRecord(result) || !(result.x instanceof Tensor) || !(result.denoised instanceof Tensor))
      return 'must give { x, denoised }, both tensors';
    if (x instanceof Tensor && String(result.x.shape) !== String(x.shape)) return `must give x of shape [${x.shape}]`;
    return result.x.dataSync().every(Number.isFinite) ? undefined : 'gave an x with NaN or infinite numbers';
  },
  next: (result) => numbers(result, 'length'),
  '--weighting': (result) => (Number.isFinite(result) ? undefined : 'must give a finite number'),
  '--parameterization': (result) => numbers(result, 'skip', 'out', 'in', 'noise'),
  '--grid': (result, [, steps]) => {
    if (!Array.isArray(result) || result.length < 2) return `must give a list of levels, one more than its ${steps} steps`;
    return result.map((each) => level(each, [])).find((complaint) => complaint !== undefined);
  },
};

/**
 * Calls a function of a module.
 * @param name what it is within the module; nothing for the factory
 * @throws Error (`plugin-failed`) if it throws, or breaks `rule`
 */
export function attempt(
  use: (...given: readonly unknown[]) => unknown,
  given: readonly unknown[],
  { what, module }: Owner,
  name?: string,
  rule?: Rule,
): unknown {
  const where = `\`${what}\` ${module}${name === undefined ? '' : `, ${name},`}`;
  let result: unknown;
  try {
    result = use(...given);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'plugin-failed') throw error;
    throw invalid('plugin-failed', `${where} failed: ${reasonOf(error)}`, Error);
  }
  if (name !== undefined && rule === undefined) return result;
  const complaint = complaintOf(result, given, rule);
  if (complaint === undefined) return result;
  if (result instanceof Promise) result.catch(() => undefined); // nobody waits for it
  const gave = isRecord(result) || complaint.startsWith('gave') ? '' : `, got ${String(result)}`;
  throw invalid('plugin-failed', `${where} ${complaint}${gave}`, Error);
}

/**
 * A part that behaves as the one given, with each call of its functions watched.
 * @param rule flag by whose rule a function's results are judged, if it has one
 * @throws Error (`plugin-failed`) if a schedule is none
 */
export function guarded(part: unknown, owner: Owner, rule?: string): unknown {
  if (typeof part === 'function') {
    const watched = (...given: readonly unknown[]) =>
      attempt((...all) => Reflect.apply(part, undefined, all), given, owner, undefined, RULES[rule ?? '']);
    return Object.assign(watched, part);
  }
  if (!isRecord(part) || Array.isArray(part) || part instanceof Tensor) return part;
  const watched: Record<string, unknown> = {};
  for (const name of memberNames(part)) {
    const member = part[name];
    watched[name] =
      typeof member === 'function'
        ? (...given: readonly unknown[]) => attempt((...all) => Reflect.apply(member, part, all), given, owner, name, RULES[name])
        : member;
  }
  if (isSchedule(watched))
    attempt(
      () => watched,
      [],
      owner,
      undefined,
      () => scheduleComplaint(watched),
    );
  return watched;
}

function complaintOf(result: unknown, given: readonly unknown[], rule: Rule | undefined): string | undefined {
  if (result instanceof Promise) return 'gave a promise, and must not be async';
  return result === undefined ? 'gave undefined' : rule?.(result, given);
}

/** Own ones, and those of its class. */
function memberNames(part: object): readonly string[] {
  const names = new Set(Object.keys(part));
  for (let kind = Object.getPrototypeOf(part); kind !== null && kind !== Object.prototype; kind = Object.getPrototypeOf(kind))
    for (const name of Object.getOwnPropertyNames(kind)) if (name !== 'constructor') names.add(name);
  return [...names];
}

function isSchedule(value: object): value is NoiseSchedule {
  return 'logSnr' in value && 'time' in value && 'slope' in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function numbers(value: unknown, ...names: readonly string[]): string | undefined {
  const stray = names.find((name) => !isRecord(value) || numeric(value[name], []) !== undefined);
  return stray === undefined ? undefined : `must give { ${names.join(', ')} }, and ${stray} is no number`;
}
