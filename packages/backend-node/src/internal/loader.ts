/**
 * Which shared libraries the system's loader finds by name. It is asked itself, in a process of its own, since no list of
 * folders, of `ldconfig` or of variables says what it will do: `process.dlopen` opens any library, and only then complains that
 * it is no addon.
 */
import type { Machine } from './machine.js';
import { lastJson } from './probe.js';

const SCRIPT = `
const found = {};
for (const name of process.argv.slice(1)) {
  try { process.dlopen({ exports: {} }, name); found[name] = ''; }
  catch ({ message }) { found[name] = message.includes('did not self-register') ? '' : message.split('\\n')[0]; }
}
console.log(JSON.stringify(found));`;

/** For each name the loader's complaint, or `''` if it opens; nothing where the loader could not be asked. */
export async function openable(names: readonly string[], { node, run }: Machine): Promise<ReadonlyMap<string, string>> {
  const { output } = await run(node, ['-e', SCRIPT, ...names]);
  const answers = lastJson(output);
  return new Map(names.flatMap((name) => (typeof answers[name] === 'string' ? [[name, answers[name]] as const] : [])));
}
