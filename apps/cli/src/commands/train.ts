/** `tweedie train`: from data to a run folder; resumes what it finds there. */
import { wasm } from '@tweedie/backend-wasm';
import { invalid, type Key, key, split, useBackend } from '@tweedie/core';
import { type ImageDataset, meanOf } from '@tweedie/data';
import { checkpointFile } from '@tweedie/training/node';
import { secondsPerStep, stepsWithin } from '../calibrate.js';
import { MNIST } from '../defaults.js';
import { expectWritable, reading } from '../files.js';
import { mnistFiles } from '../mnist-files.js';
import { buildModel } from '../model-spec.js';
import { resumed } from '../resumed.js';
import { type Run, type RunFolder, runFolder } from '../run-file.js';
import { say } from '../say.js';
import { trainRun } from '../train-run.js';
import { loadWeights } from '../weights-file.js';
import { finish } from './finish.js';

/** What the command line asked for; undefined where it said nothing. */
export interface TrainFlags {
  readonly data: 'mnist';
  readonly out: string;
  readonly steps?: number;
  readonly minutes?: number;
  readonly batch?: number;
  readonly lr?: number;
  readonly seed?: number;
  readonly shards?: number;
  readonly fresh: boolean;
}

/** Trains, or goes on training, or says that all is done; in the end the folder is complete. */
export async function trainCommand(flags: TrainFlags, startedAt: number, signal: AbortSignal): Promise<void> {
  const folder = runFolder(flags.out);
  const known = flags.fresh ? undefined : await folder.load();
  if (known === undefined && !flags.fresh) await expectNoRun(folder);
  const { name: engine } = await useBackend(wasm());
  const begun = known === undefined ? undefined : resumed(known, flags);
  if (begun?.status.finished) return redraw(folder, begun, signal);
  const images = await mnistFiles('train');
  const run = begun ?? (await begin(folder, flags, images, engine, startedAt, signal));
  const [modelKey, trainKey] = split(key(run.training.seed)) as [Key, Key];
  const model = buildModel(run.model, modelKey);
  const trained = await trainRun(folder, run, model, images, trainKey, signal);
  await finish(folder, trained.run, model, trained.checkpoint, signal);
}

async function redraw(folder: RunFolder, run: Run, signal: AbortSignal): Promise<void> {
  const model = buildModel(run.model, key(0));
  say(`${folder.path} is finished: ${run.training.steps} steps. Drawing its samples again; --fresh starts over.`);
  await loadWeights(model, folder);
  const checkpoint = folder.file('checkpoint.safetensors');
  await finish(folder, run, model, await reading(checkpoint, () => checkpointFile(checkpoint).load()), signal);
}

/** Files with a run's names but no `run.json` are not ours to write over. */
async function expectNoRun(folder: RunFolder): Promise<void> {
  const [found] = await folder.files();
  if (found === undefined) return;
  throw invalid(
    'folder-used',
    `${folder.path} must be empty or hold a run, but it has ${found} without run.json: choose another --out, or replace it with --fresh`,
  );
}

/** A new run: its settings, with the number of steps that fit into the time unless given. */
async function begin(
  folder: RunFolder,
  flags: TrainFlags,
  images: ImageDataset,
  engine: string,
  startedAt: number,
  signal: AbortSignal,
): Promise<Run> {
  const training = {
    ...MNIST.training,
    ...(flags.batch === undefined ? {} : { batch: flags.batch }),
    ...(flags.lr === undefined ? {} : { learningRate: flags.lr }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.shards === undefined ? {} : { shards: flags.shards }),
  };
  await expectWritable(folder.file('run.json'));
  let { steps } = flags;
  if (steps === undefined) {
    const seconds = await secondsPerStep({ model: MNIST.model, training: { ...training, steps: 1 } }, images, signal);
    steps = stepsWithin(flags.minutes ?? 10, (Date.now() - startedAt) / 1000, seconds, training.warmUp);
    say(`A step takes ${(seconds * 1000).toFixed(0)} ms here: training for ${steps} steps.`);
  }
  const run: Run = {
    format: 'tweedie-run',
    version: 1,
    data: { ...MNIST.data, mean: meanOf(images) },
    model: MNIST.model,
    sampling: MNIST.sampling,
    training: { ...training, steps, warmUp: Math.min(training.warmUp, Math.floor(steps / 10)) },
    status: { engine, trainingSeconds: 0, finished: false },
  };
  await folder.clear();
  await folder.save(run);
  return run;
}
