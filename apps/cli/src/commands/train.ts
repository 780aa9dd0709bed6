/** `tweedie train`: from data to a run folder; resumes what it finds there. */
import { wasm } from '@tweedie/backend-wasm';
import { unavailable } from '@tweedie/compile/node';
import { invalid, type Key, key, split, useBackend } from '@tweedie/core';
import { checkpoints } from '../checkpoints.js';
import { dataNamed, openData } from '../data.js';
import { type EngineRequest, engineRequest } from '../engine-request.js';
import { type Engine, withEngine } from '../engines.js';
import { finishedModel } from '../finished-run.js';
import { stopped } from '../interruption.js';
import { buildModel } from '../model-spec.js';
import { expectNamed, importNamed, namedPlugins } from '../named-plugins.js';
import { begin, expectNoRun, newRun } from '../new-run.js';
import { resumed } from '../resumed.js';
import { type Run, type RunFolder, runFolder } from '../run-file.js';
import { say } from '../say.js';
import type { TrainFlags } from '../train-flags.js';
import { trainRun } from '../train-run.js';
import { expectUnlocked, locked } from '../training-lock.js';
import { finish } from './finish.js';

/**
 * Trains, or goes on training, or says that all is done; in the end the folder is complete.
 * @throws AbortError that says how to go on, once `signal` is aborted
 */
export async function trainCommand(flags: TrainFlags, startedAt: number, signal: AbortSignal): Promise<void> {
  const folder = runFolder(flags.out);
  const asked = engineRequest(flags);
  await importNamed(flags);
  if (flags.resume && flags.fresh) throw invalid('flags-differ', '`--resume` and `--fresh` exclude each other: give one of them');
  let known = flags.fresh ? undefined : await folder.load();
  if (known === undefined && flags.resume)
    throw invalid(
      'run-missing',
      `\`--resume\` needs a run, but ${folder.file('run.json')} does not exist: leave it out to begin one`,
    );
  if (known === undefined && !flags.fresh) await expectNoRun(folder);
  if (known !== undefined) {
    resumed(known, flags);
    expectNamed(folder.path, { ...known.model, ...known.training, ...known.sampling }, flags, known.plugins);
  }
  await expectUnlocked(folder);
  await useBackend(wasm());
  const finished = known?.status.finished ? known : undefined;
  try {
    if (finished !== undefined)
      return await locked(folder, () => withEngine(asked, (engine) => redraw(folder, finished, engine, signal)));
    const data = await (known === undefined ? dataNamed(flags.data ?? 'mnist', flags.size) : openData(known.data));
    signal.throwIfAborted();
    const settled = known ?? (await withEngine(asked, (engine) => newRun(folder, flags, data, engine, startedAt, signal)));
    await locked(folder, async () => {
      if (known === undefined) await begin(folder, settled, flags);
      known = settled;
      await withEngine(await possible(settled, flags), async (engine) => {
        const run = await onEngine(folder, settled, engine);
        const [modelKey, trainKey] = split(key(run.training.seed)) as [Key, Key];
        const model = buildModel(run.model, modelKey);
        const trained = await trainRun(folder, run, model, data, engine, trainKey, signal);
        await finish(folder, trained.run, model, trained.checkpoint, engine, signal);
      });
    });
  } catch (error) {
    if (error !== signal.reason || !signal.aborted) throw error;
    throw stopped(
      known === undefined
        ? 'Stopped before the first step; nothing was written.'
        : `Stopped. To go on: ${commandOf({ out: flags.out, ...namedPlugins() })}`,
    );
  }
}

function commandOf(flags: Readonly<Record<string, string>>): string {
  return ['npx tweedie train', ...Object.entries(flags).map(([name, value]) => `--${name} ${quoted(value)}`)].join(' ');
}

/** A name as a shell reads it back. */
function quoted(name: string): string {
  return /^[\w./\\:@%+=-]+$/.test(name) ? name : `"${name.replace(/["$`]/g, '\\$&')}"`;
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
  say(`${folder.path} is finished: ${run.training.steps} steps. Drawing its samples again; --fresh starts over.`);
  const model = await finishedModel(folder, run);
  const checkpoint = await checkpoints(folder, run.training.keep).latest();
  await finish(folder, run, model, checkpoint, engine, signal);
}
