/** `tweedie evaluate`: how good a finished run's samples are. */
import { wasm } from '@tweedie/backend-wasm';
import { key, useBackend } from '@tweedie/core';
import { type EngineFlags, engineRequest } from '../engine-request.js';
import { withEngine } from '../engines.js';
import { evaluateRun } from '../evaluate-run.js';
import { evaluationText } from '../evaluation-text.js';
import { finishedRun } from '../finished-run.js';
import { interruption } from '../interruption.js';
import { buildModel } from '../model-spec.js';
import { expectNamed, importNamed, type ModelFlags } from '../named-plugins.js';
import { runFolder } from '../run-file.js';
import { say } from '../say.js';
import { type SamplingFlags, samplingOf } from '../settings.js';
import { loadWeights } from '../weights-file.js';

/** What the command line asked for. */
export interface EvaluateFlags extends Pick<EngineFlags, 'engine'>, SamplingFlags, ModelFlags {
  readonly n: number;
  readonly noise?: string;
  readonly seed: number;
  readonly judgeSteps?: number;
  readonly json: boolean;
}

/** Prints a table, or JSON. */
export async function evaluateCommand(path: string, flags: EvaluateFlags): Promise<void> {
  const { n, seed, noise, judgeSteps: steps } = flags;
  const folder = runFolder(path);
  await importNamed(flags);
  const run = await finishedRun(folder);
  const sampling = samplingOf(run, flags);
  expectNamed(path, run.model, flags, run.plugins);
  expectNamed(path, sampling, flags, run.plugins);
  const signal = interruption();
  await useBackend(wasm());
  const model = buildModel(run.model, key(0));
  await loadWeights(model, folder);
  const settings = { ...sampling, ...(noise !== undefined && { noise }) };
  const evaluation = await withEngine(engineRequest(flags), (engine) => {
    say(`Evaluating ${n} samples of ${path}: ${settings.sampler}, ${settings.steps} steps, seed ${seed} …`);
    return evaluateRun(folder, run, model, { n, seed, settings, engine, signal, ...(steps !== undefined && { steps }) });
  });
  const told = { run: path, n, seed, settings, ...evaluation };
  process.stdout.write(flags.json ? `${JSON.stringify(told, null, 2)}\n` : `${evaluationText(evaluation)}\n`);
}
