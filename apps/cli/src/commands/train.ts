/** `tweedie train`: from data to a run folder; resumes what it finds there. */
import { rm } from 'node:fs/promises';
import { wasm } from '@tweedie/backend-wasm';
import { invalid, type Key, key, split, useBackend } from '@tweedie/core';
import { meanOf } from '@tweedie/data';
import { checkpointFile } from '@tweedie/training/node';
import { secondsPerStep } from '../calibrate.js';
import { MNIST } from '../defaults.js';
import { loadWeights } from '../load-weights.js';
import { mnistFiles } from '../mnist-files.js';
import { buildModel } from '../model-spec.js';
import { type Run, type RunFolder, runFolder } from '../run-file.js';
import { say } from '../say.js';
import { trainRun } from '../train-run.js';
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

const RESERVE_SECONDS = 40; // for samples and report
const MARGIN = 0.92; // machines slow down while they work

/** Trains, or goes on training, or says that all is done; in the end the folder is complete. */
export async function trainCommand(flags: TrainFlags, startedAt: number, signal: AbortSignal): Promise<void> {
  const folder = runFolder(flags.out);
  if (flags.fresh) for (const name of FILES) await rm(folder.file(name), { recursive: true, force: true });
  const known = await folder.load();
  const { name: engine } = await useBackend(wasm());

  const run = known === undefined ? await begin(folder, flags, engine, startedAt) : resumed(known, flags);
  const [modelKey, trainKey] = split(key(run.training.seed)) as [Key, Key];
  const model = buildModel(run.model, modelKey);
  if (run.status.finished) {
    say(`${flags.out} is finished: ${run.training.steps} steps. Drawing its samples again; --fresh starts over.`);
    await loadWeights(model, folder);
    await finish(folder, run, model, await checkpointFile(folder.file('checkpoint.safetensors')).load());
    return;
  }
  const trained = await trainRun(folder, run, model, trainKey, signal);
  if (trained !== undefined) await finish(folder, trained.run, model, trained.checkpoint);
}

const FILES = ['run.json', 'checkpoint.safetensors', 'model.safetensors', 'samples.png', 'loss.svg', 'report.html', 'progress'];

/** A new run: its settings, with the number of steps that fit into the time unless given. */
async function begin(folder: RunFolder, flags: TrainFlags, engine: string, startedAt: number): Promise<Run> {
  const training = {
    ...MNIST.training,
    ...(flags.batch === undefined ? {} : { batch: flags.batch }),
    ...(flags.lr === undefined ? {} : { learningRate: flags.lr }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.shards === undefined ? {} : { shards: flags.shards }),
  };
  const images = await mnistFiles('train');
  let { steps } = flags;
  if (steps === undefined) {
    const seconds = await secondsPerStep({ model: MNIST.model, training: { ...training, steps: 1 } }, images);
    const left = ((flags.minutes ?? 10) * 60 - (Date.now() - startedAt) / 1000 - RESERVE_SECONDS) * MARGIN;
    steps = Math.max(Math.floor(left / seconds), training.warmUp + 1);
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
  await folder.save(run);
  return run;
}

/** The run that the folder holds, if the flags do not ask for another. */
function resumed(run: Run, flags: TrainFlags): Run {
  const { steps, batch, learningRate: lr, seed, shards } = run.training;
  for (const [name, value] of Object.entries({ steps, batch, lr, seed, shards })) {
    const asked = flags[name as keyof TrainFlags];
    if (asked !== undefined && asked !== value)
      throw invalid(
        'run-differs',
        `\`--${name}\` is ${asked}, but ${flags.out} was begun with ${value}: leave it out to resume, or start over with --fresh`,
      );
  }
  return run;
}
