/** `tweedie evaluate`: how good a finished run's samples are. */
import { wasm } from '@tweedie/backend-wasm';
import { useBackend } from '@tweedie/core';
import { advisersOf } from '../advisers.js';
import { type EngineFlags, engineRequest } from '../engine-request.js';
import { withEngine } from '../engines.js';
import { evaluateRun } from '../evaluate-run.js';
import { evaluationText } from '../evaluation-text.js';
import { finishedModel, finishedRun } from '../finished-run.js';
import { type GuideFlags, guideOf } from '../guide.js';
import { interruption } from '../interruption.js';
import { classesOf } from '../model-spec.js';
import { expectNamed, importNamed, type ModelFlags } from '../named-plugins.js';
import { runFolder } from '../run-file.js';
import { say } from '../say.js';
import { type SamplingFlags, samplingOf } from '../settings.js';

/** What the command line asked for. */
export interface EvaluateFlags extends Pick<EngineFlags, 'engine'>, SamplingFlags, ModelFlags, GuideFlags {
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
  const model = await finishedModel(folder, run);
  const settings = { ...sampling, ...(noise !== undefined && { noise }) };
  const unlabelled = classesOf(run.model.network) === 0 ? `${path} has no classes` : undefined;
  const guide = guideOf(flags, { model, spec: run.model, data: run.data, unlabelled });
  const evaluation = await withEngine(engineRequest(flags), async (engine) => {
    await guide.open(advisersOf(folder, run, model, engine));
    say(`Evaluating ${n} samples of ${path}: ${settings.sampler}, ${settings.steps} steps, seed ${seed} …`);
    const { changed } = guide;
    return evaluateRun(folder, run, model, { n, seed, settings, changed, engine, signal, ...(steps !== undefined && { steps }) });
  });
  const told = { run: path, n, seed, settings, ...evaluation };
  process.stdout.write(flags.json ? `${JSON.stringify(told, null, 2)}\n` : `${evaluationText(evaluation)}\n`);
}
