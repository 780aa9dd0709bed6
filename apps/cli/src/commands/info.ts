/** `tweedie info`: what there is to know of a run. */
import { wasm } from '@tweedie/backend-wasm';
import { useBackend } from '@tweedie/core';
import { existingRun } from '../finished-run.js';
import { infoText } from '../info-text.js';
import { runFacts } from '../run-facts.js';
import { runFolder } from '../run-file.js';

/** What the command line asked for. */
export interface InfoFlags {
  readonly json: boolean;
}

/** Prints the facts of a run, finished or not; it changes nothing. */
export async function infoCommand(path: string, { json }: InfoFlags): Promise<void> {
  const folder = runFolder(path);
  const run = await existingRun(folder);
  await useBackend(wasm());
  const facts = await runFacts(folder, run);
  process.stdout.write(json ? `${JSON.stringify(facts, null, 2)}\n` : infoText(facts));
}
