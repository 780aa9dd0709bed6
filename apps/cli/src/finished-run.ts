/** Runs that are there, and those that are complete, as commands after the training need them. */
import { invalid, key } from '@tweedie/core';
import { buildModel, type Model } from './model-spec.js';
import type { Run, RunFolder } from './run-file.js';
import { loadWeights } from './weights-file.js';

/**
 * The run of a folder.
 * @throws RangeError (`run-missing`)
 */
export async function existingRun(folder: RunFolder): Promise<Run> {
  const run = await folder.load();
  if (run === undefined)
    throw invalid(
      'run-missing',
      `${folder.file('run.json')} does not exist: give the folder of a run, as \`tweedie train --out\` made it`,
    );
  return run;
}

/** As {@link existingRun}; throws also RangeError (`run-unfinished`). */
export async function finishedRun(folder: RunFolder): Promise<Run> {
  const run = await existingRun(folder);
  if (!run.status.finished)
    throw invalid(
      'run-unfinished',
      `${folder.path} is not finished: run \`tweedie train --out ${folder.path}\` to the end first`,
    );
  return run;
}

/** The model of a run, with the weights that its folder holds; throws as `buildModel` and `loadWeights`. */
export async function finishedModel(folder: RunFolder, run: Pick<Run, 'model'>): Promise<Model> {
  const model = buildModel(run.model, key(0));
  await loadWeights(model, folder);
  return model;
}
