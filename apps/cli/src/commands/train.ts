/** `tweedie train`: from data to a run folder; resumes what it finds there. */
import { rm } from 'node:fs/promises';
import { wasm } from '@tweedie/backend-wasm';
import { invalid, type Key, key, split, useBackend } from '@tweedie/core';
import { batches, centred, meanOf } from '@tweedie/data';
import {
  adamW,
  type Checkpoint,
  cosineRate,
  ema,
  exchangeParameters,
  readParameters,
  relativeHalfLife,
  train,
} from '@tweedie/training';
import { checkpointFile } from '@tweedie/training/node';
import { encode } from '@tweedie/weights';
import { secondsPerStep } from '../calibrate.js';
import { MNIST } from '../defaults.js';
import { drawImages } from '../draw-images.js';
import { gradientShards } from '../gradient-shards.js';
import { contactSheet } from '../images.js';
import { loadWeights } from '../load-weights.js';
import { mnistFiles } from '../mnist-files.js';
import { buildModel, type Model } from '../model-spec.js';
import { objectiveOf } from '../objective.js';
import { progressLine } from '../progress.js';
import { type Run, type RunFolder, runFolder } from '../run-file.js';
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

const SNAPSHOTS = 5; // sample grids on the way
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
  const trained = await steps(folder, run, model, trainKey, signal);
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

/** Trains to the last step. Undefined if the signal stopped it, with a checkpoint to go on from. */
async function steps(
  folder: RunFolder,
  begun: Run,
  model: Model,
  trainKey: Key,
  signal: AbortSignal,
): Promise<{ run: Run; checkpoint: Checkpoint } | undefined> {
  const { training } = begun;
  const data = centred(await mnistFiles('train'), begun.data.mean);
  const [dataKey, chanceKey] = split(trainKey) as [Key, Key];
  const file = checkpointFile(folder.file('checkpoint.safetensors'));
  const resume = await file.load();
  const from = resume?.step ?? 0;
  const before = begun.status.trainingSeconds;
  if (resume !== undefined) say(`Resuming ${folder.path} after step ${from} of ${training.steps}.`);

  const averages = ema(model.network.parameters, { decay: relativeHalfLife(training.averaging) });
  const shards = gradientShards(begun.model, training.shards);
  const line = progressLine(training.steps, from, training.batch);
  const started = performance.now();
  const spent = () => (performance.now() - started) / 1000;
  const checkpointEvery = Math.max(Math.ceil(training.steps / 10), 1);
  let run = begun;
  try {
    const loop = train({
      objective: objectiveOf(model, run.model, training.conditionDropout),
      batches: (batch) => batches(data, { size: training.batch, key: dataKey, from: batch }),
      steps: training.steps,
      key: chanceKey,
      learningRate: cosineRate({ peak: training.learningRate, warmUp: training.warmUp, steps: training.steps }),
      optimizer: adamW({ beta2: 0.99 }),
      clip: training.clip,
      ema: averages,
      differentiate: shards.differentiate,
      ...(resume === undefined ? {} : { resume }),
    });
    let checkpoint = resume;
    for await (const { step, loss, snapshot } of loop) {
      if (loss !== undefined) line.update(step, loss, ((step - from) * training.batch) / spent());
      const last = step === training.steps;
      if (last || signal.aborted || step % checkpointEvery === 0) {
        checkpoint = await snapshot();
        await file.save(checkpoint);
        run = { ...run, status: { ...run.status, trainingSeconds: before + spent() } };
        await folder.save(run);
      }
      if (signal.aborted) {
        line.stop();
        say(`Stopped after step ${step}; the same command goes on from there.`);
        return undefined;
      }
      if (!last && step % Math.ceil(training.steps / SNAPSHOTS) === 0) {
        exchangeParameters(model.network.parameters, averages.parameters);
        const labels = Int32Array.from({ length: 4 * run.data.classes }, (_, i) => Math.floor(i / 4));
        const images = await drawImages(model, run, run.sampling, labels, training.seed);
        exchangeParameters(model.network.parameters, averages.parameters);
        await folder.write(`progress/${String(step).padStart(6, '0')}.png`, contactSheet(images, 4, 1));
      }
    }
    exchangeParameters(model.network.parameters, averages.parameters);
    await folder.write('model.safetensors', encode(await readParameters(model.network.parameters)));
    if (checkpoint === undefined) throw new Error('a finished run has a checkpoint');
    return { run, checkpoint };
  } finally {
    line.stop();
    await shards.close();
    averages.dispose();
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
