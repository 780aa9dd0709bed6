/** What the options of all commands are made of. */
import { InvalidArgumentError, Option } from 'commander';
import { ENGINES } from '../engine-request.js';

/** How many samples a command draws at most: they are in memory together. */
export const MOST_IMAGES = 100_000;

/** How many steps a solver takes at most. */
export const MOST_STEPS = 100_000;

/** Reads an integer. */
export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least || value > most || text.trim() === '')
      throw new InvalidArgumentError(`must be an integer from ${least} to ${most}, got ${text}`);
    return value;
  };
}

/** Reads a seed, or a list such as `3,7,100-131` of one for each sample. */
export function seeds(text: string): number | readonly number[] {
  const list = text.split(',').flatMap((item) => {
    const [, low = '', high = low] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(item) ?? [];
    const [from, to] = [Number(low || Number.NaN), Number(high || Number.NaN)];
    const isRange = Number.isSafeInteger(from) && Number.isSafeInteger(to) && to >= from && to - from < MOST_IMAGES;
    if (!isRange) throw new InvalidArgumentError(`must be an integer from 0, or a list such as 3,7,100-131, got ${text}`);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  if (list.length > MOST_IMAGES) throw new InvalidArgumentError(`must be at most ${MOST_IMAGES} seeds, got ${list.length}`);
  const [only] = list;
  return only !== undefined && /^\s*\d+\s*$/.test(text) ? only : list;
}

function number(accepts: (value: number) => boolean, rule: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isFinite(value) || !accepts(value) || text.trim() === '')
      throw new InvalidArgumentError(`must be ${rule}, got ${text}`);
    return value;
  };
}

/** Reads a positive number. */
export const positive = number((value) => value > 0, 'a positive number');

/** Reads a number from 0 to 1. */
export const probability = number((value) => value >= 0 && value <= 1, 'from 0 to 1');

/** Reads a finite number. */
const any = number(() => true, 'a number');

/** The engine that computes. */
export function engine(): Option {
  const text = 'ONNX Runtime, or TensorFlow.js (default: compiled; where onnxruntime-node is not installed, eager)';
  return new Option('--engine <name>', text).choices(ENGINES);
}

/** How a run's own parts are given again where they come from modules, which no run folder may name. */
export function modelParts(): readonly Option[] {
  return ['schedule', 'process', 'parameterization'].map(
    (name) =>
      new Option(`--${name} <expression>`, `the run's own, which is given again if it is a module (default: as in the run)`),
  );
}

/** An option for a part that is an expression. */
export function part(name: string, what: string, byDefault: string): Option {
  return new Option(`--${name} <expression>`, `${what} (default: ${byDefault})`);
}

/** The guidances of a denoiser, and the one that is asked for by its scale alone. */
export function guides(): readonly [guidance: Option, guide: Option] {
  return [
    new Option('--guidance <scale>', 'classifier-free guidance, 1 is none (default: as in the run, 1.6)').argParser(any),
    new Option(
      '--guide <expression>',
      'in place of the run\'s guidance, as "interval(classifierFree({ scale: 3 }), { sigmaMax: 5 })"; may be repeated, each is around those before, and --guidance inside of all (default: none)',
    ).argParser((text: string, before: readonly string[] = []) => [...before, text]),
  ];
}
