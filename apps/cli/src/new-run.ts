/** A run that begins: its settings, its number of steps, and its place. */
import { invalid } from '@tweedie/core';
import { secondsPerStep, stepsWithin } from './calibrate.js';
import type { TrainingData } from './data.js';
import { DEFAULTS } from './defaults.js';
import type { Engine } from './engines.js';
import { expectWritable } from './files.js';
import { learningRateOf } from './learning-rate.js';
import { fingerprints } from './named-plugins.js';
import { rehearsed } from './rehearsed.js';
import type { Run, RunFolder } from './run-file.js';
import { say } from './say.js';
import { settingsOf } from './settings.js';
import type { TrainFlags } from './train-flags.js';

/**
 * Files with a run's names but no `run.json` are not ours to write over.
 * @throws RangeError (`folder-used`), Error (`run-begun`)
 */
export async function expectNoRun(folder: RunFolder): Promise<void> {
  const files = await folder.files();
  const [found] = files;
  if (found === undefined) return;
  if (files.includes('run.json'))
    throw invalid('run-begun', `${folder.path} has got a run in the meantime: the same command goes on with it`, Error);
  throw invalid(
    'folder-used',
    `${folder.path} must be empty or hold a run, but it has ${found} without run.json: choose another --out, or replace it with --fresh`,
  );
}

/**
 * A new run, of which nothing is written yet: its settings, with the number of steps that fit into the time unless given.
 * @param startedAt when the command was, in milliseconds since 1970
 * @throws what a part throws; the signal's reason once it is aborted
 */
export async function newRun(
  folder: RunFolder,
  flags: TrainFlags,
  data: TrainingData,
  engine: Engine,
  startedAt: number,
  signal: AbortSignal,
): Promise<Run> {
  const settings = await rehearsed(settingsOf(flags, data.spec, engine.record), data);
  await expectWritable(folder.file('run.json'));
  signal.throwIfAborted();
  let { steps } = flags;
  if (steps === undefined) {
    const minutes = flags.minutes ?? DEFAULTS[data.spec.kind].minutes;
    say(`Timing a few steps, to find out how many fit into ${minutes} min.`);
    const seconds = await secondsPerStep(settings, data, engine, signal);
    steps = stepsWithin(minutes, (Date.now() - startedAt) / 1000, seconds, settings.training.warmUp);
    say(`A step takes ${milliseconds(seconds)} ms here (${engine.name}): training for ${steps} steps.`);
  }
  const { training } = settings;
  const warmUp = flags.warmUp ?? Math.min(training.warmUp, Math.floor(steps / 10));
  learningRateOf(training.rate, { peak: training.learningRate, warmUp, steps });
  return {
    ...settings,
    ...fingerprints(flags),
    training: { ...training, steps, warmUp },
    status: { engine: engine.name, trainingSeconds: 0, finished: false },
  };
}

/** Puts a new run in place of what the folder holds. */
export async function begin(folder: RunFolder, run: Run, { fresh }: TrainFlags): Promise<void> {
  if (!fresh) await expectNoRun(folder);
  await folder.clear();
  await folder.save(run);
}

function milliseconds(seconds: number): string {
  return (1000 * seconds).toPrecision(3);
}
