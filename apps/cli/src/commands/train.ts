/** `tweedie train`: from data to a run folder; resumes what it finds there. */
import { wasm } from '@tweedie/backend-wasm';
import { unavailable } from '@tweedie/compile/node';
import { invalid, type Key, key, split, useBackend } from '@tweedie/core';
import { checkpointFile } from '@tweedie/training/node';
import { secondsPerStep, stepsWithin } from '../calibrate.js';
import { dataNamed, openData, type TrainingData } from '../data.js';
import { DEFAULTS } from '../defaults.js';
import { type EngineRequest, engineRequest } from '../engine-request.js';
import { type Engine, withEngine } from '../engines.js';
import { expectWritable, reading } from '../files.js';
import { buildModel } from '../model-spec.js';
import { rehearsed } from '../rehearsed.js';
import { resumed } from '../resumed.js';
import { type Run, type RunFolder, runFolder } from '../run-file.js';
import { say } from '../say.js';
import { settingsOf } from '../settings.js';
import type { TrainFlags } from '../train-flags.js';
import { trainRun } from '../train-run.js';
import { loadWeights } from '../weights-file.js';
import { finish } from './finish.js';

/** Trains, or goes on training, or says that all is done; in the end the folder is complete. */
export async function trainCommand(flags: TrainFlags, startedAt: number, signal: AbortSignal): Promise<void> {
  const folder = runFolder(flags.out);
  const asked = engineRequest(flags);
  const known = flags.fresh ? undefined : await folder.load();
  if (known === undefined && !flags.fresh) await expectNoRun(folder);
  if (known !== undefined) resumed(known, flags);
  await useBackend(wasm());
  if (known?.status.finished) return withEngine(asked, (engine) => redraw(folder, known, engine, signal));
  const data = await (known === undefined ? dataNamed(flags.data ?? 'mnist', flags.size) : openData(known.data));
  const begun = known ?? (await withEngine(asked, (engine) => begin(folder, flags, data, engine, startedAt, signal)));
  await withEngine(await possible(begun, flags), async (engine) => {
    const run = await onEngine(folder, begun, engine);
    const [modelKey, trainKey] = split(key(run.training.seed)) as [Key, Key];
    const model = buildModel(run.model, modelKey);
    const trained = await trainRun(folder, run, model, data, engine, trainKey, signal);
    await finish(folder, trained.run, model, trained.checkpoint, engine, signal);
  });
}

/** The engine to go on with; one that was left to the machine when the run was begun may not be there any more. */
async function possible(run: Run, flags: TrainFlags): Promise<EngineRequest> {
  const request = resumed(run, flags);
  const reason = request.kind === 'compiled' ? await unavailable() : undefined;
  if (reason === undefined) return request;
  throw invalid(
    'engine-unavailable',
    `${flags.out} was begun with --engine compiled, but ${reason}; or go on by --engine eager, whose numbers differ in the last digits`,
    Error,
  );
}

/** The run with the engine that it goes on with: one that was asked for, or another version of the same. */
async function onEngine(folder: RunFolder, run: Run, { record, name }: Engine): Promise<Run> {
  if (name === run.status.engine) return run;
  say(`${folder.path} goes on with ${name} after ${run.status.engine}: its numbers may differ in the last digits from here on.`);
  const changed: Run = { ...run, training: { ...run.training, engine: record }, status: { ...run.status, engine: name } };
  await folder.save(changed);
  return changed;
}

async function redraw(folder: RunFolder, run: Run, engine: Engine, signal: AbortSignal): Promise<void> {
  const model = buildModel(run.model, key(0));
  say(`${folder.path} is finished: ${run.training.steps} steps. Drawing its samples again; --fresh starts over.`);
  await loadWeights(model, folder);
  const file = folder.file('checkpoint.safetensors');
  const checkpoint = await reading(file, () => checkpointFile(file).load());
  await finish(folder, run, model, checkpoint, engine, signal);
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
  data: TrainingData,
  engine: Engine,
  startedAt: number,
  signal: AbortSignal,
): Promise<Run> {
  const settings = await rehearsed(settingsOf(flags, data.spec, engine.record), data);
  await expectWritable(folder.file('run.json'));
  let { steps } = flags;
  if (steps === undefined) {
    const seconds = await secondsPerStep(settings, data, engine, signal);
    const minutes = flags.minutes ?? DEFAULTS[data.spec.kind].minutes;
    steps = stepsWithin(minutes, (Date.now() - startedAt) / 1000, seconds, settings.training.warmUp);
    say(`A step takes ${milliseconds(seconds)} ms here (${engine.name}): training for ${steps} steps.`);
  }
  const { training } = settings;
  const run: Run = {
    ...settings,
    training: { ...training, steps, warmUp: Math.min(training.warmUp, Math.floor(steps / 10)) },
    status: { engine: engine.name, trainingSeconds: 0, finished: false },
  };
  await folder.clear();
  await folder.save(run);
  return run;
}

function milliseconds(seconds: number): string {
  return (1000 * seconds).toPrecision(3);
}
