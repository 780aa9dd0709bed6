/** Which samples a command line asks for: how many, of which classes, from which seeds, and how they lie on a sheet. */
import { invalid } from '@tweedie/core';
import { classNamesOf, type DataSpec } from './data.js';
import { labelOf } from './label-of.js';
import { between, type SampleSeed, type Seeds } from './sample-seed.js';

/** The flags about that. */
export interface PlanFlags {
  readonly n?: number;
  /** A class, or several between commas. */
  readonly class?: string;
  /** One for all samples, or one for each. */
  readonly seed: number | readonly number[];
  /** Samples on the way from each seed to the next. */
  readonly interpolate?: number;
}

/** What to draw. */
export interface SamplePlan {
  readonly labels: Int32Array;
  readonly seeds: Seeds;
  /** Samples in a row. */
  readonly columns: number;
}

/** What there is to say of one sample. */
export interface SampleRecord {
  readonly seed: number;
  /** Of one seed for all: which of its samples. */ readonly index?: number;
  /** Of a sample between two seeds: the other, and how near. */ readonly to?: number;
  readonly share?: number;
  /** Its class, by name. */ readonly class?: string;
}

const COUNT = 64;

/**
 * The samples that `flags` ask for; classes take turns, from row to row where samples lie between seeds.
 * @param run for messages
 * @throws RangeError (`class-unknown`, `count-differs`, `interpolation-ends`)
 */
export function samplePlan(flags: PlanFlags, data: DataSpec, run: string): SamplePlan {
  const { interpolate, seed } = flags;
  const classes = classesAsked(flags.class, data, run);
  const turn = (i: number) => classes[i % classes.length] ?? 0;
  if (interpolate !== undefined) {
    const seeds = between(seed, interpolate);
    expectCount(flags, seeds.length, `${interpolate} between each pair of seeds`);
    return { seeds, columns: interpolate, labels: Int32Array.from(seeds, (_, i) => turn(Math.floor(i / interpolate))) };
  }
  const seeds = typeof seed === 'number' ? seed : seed.map((each): SampleSeed => ({ seed: each }));
  const n = typeof seeds === 'number' ? (flags.n ?? COUNT) : seeds.length;
  expectCount(flags, n, 'one for each seed');
  const side = Math.ceil(Math.sqrt(n));
  const columns = n > classes.length ? classes.length * Math.ceil(side / classes.length) : side;
  return { seeds, columns: columns || side, labels: Int32Array.from({ length: n }, (_, i) => turn(i)) };
}

/** A record for each sample of a plan. */
export function recordsOf({ labels, seeds }: SamplePlan, data: DataSpec): readonly SampleRecord[] {
  const names = classNamesOf(data);
  return Array.from(labels, (label, i) => ({
    ...(typeof seeds === 'number' ? { seed: seeds, index: i } : (seeds[i] ?? { seed: 0 })),
    ...(names[label] !== undefined && { class: names[label] }),
  }));
}

/** A class whose name has commas is found first. */
function classesAsked(asked: string | undefined, data: DataSpec, run: string): readonly number[] {
  const names = classNamesOf(data);
  if (asked === undefined) return [...names.keys()];
  const several = names.includes(asked.normalize('NFC')) ? [asked] : asked.split(',').map((name) => name.trim());
  return several.map((name) => labelOf(name, data, run));
}

function expectCount({ n }: PlanFlags, count: number, why: string): void {
  if (n !== undefined && n !== count) throw invalid('count-differs', `\`--n\` must be ${count}, ${why}, got ${n}: leave it out`);
}
