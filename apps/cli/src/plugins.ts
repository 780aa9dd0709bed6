/**
 * Modules that parts come from. A module is code, so only one that the command line names is imported; what this process has imported is
 * kept here, by the text of its reference, and an expression of a run folder finds nothing else.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { invalid } from '@tweedie/core';
import { isWord, type ModuleReference } from './module-reference.js';
import { nearest } from './nearest.js';

/** What a module exports under the name that was asked for. */
export interface Plugin {
  readonly value: unknown;
  /** Of the module's file, in hexadecimal. */
  readonly sha256: string;
}

const imported = new Map<string, Plugin>();

/** The plugin of a reference that was imported before. */
export function pluginOf(reference: ModuleReference): Plugin | undefined {
  return imported.get(reference.text);
}

/**
 * Imports what a reference names, from the folder that the command runs in. A lone word of which there is no package stays unknown.
 * @param what the flag, as messages name it
 * @throws Error (`plugin-missing`, `plugin-export`, `plugin-failed`)
 */
export async function importPlugin(reference: ModuleReference, what: string): Promise<void> {
  if (imported.has(reference.text)) return;
  const url = urlOf(reference, what);
  if (url === undefined) return;
  const file = fileURLToPath(url);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EISDIR' ? `${file} is a folder: name a file in it` : `there is no file ${file}`;
    throw invalid('plugin-missing', `\`${what}\` ${reference.text}: ${reason}`, Error);
  });
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(url);
  } catch (error) {
    throw invalid('plugin-failed', `\`${what}\` ${reference.text} cannot be imported: ${reasonOf(error)}`, Error);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  imported.set(reference.text, { value: exportOf(exported, reference, what), sha256 });
}

/** An error in one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : String(error);
  return text.split('\n', 1)[0]?.slice(0, 300) ?? text;
}

function urlOf(reference: ModuleReference, what: string): string | undefined {
  const { specifier, text } = reference;
  if (/^file:/i.test(specifier)) return specifier;
  if (/^([./\\]|[a-z]:[\\/])/i.test(specifier)) return pathToFileURL(resolve(specifier)).href;
  if (isBuiltin(specifier)) return undefined;
  // Node itself says what a package is from a folder that is not ours, and runs nothing of it
  const asked = ['--input-type=module', '--eval', 'console.log(import.meta.resolve(process.argv[1]))', specifier];
  const { status, stdout } = spawnSync(process.execPath, asked, { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  if (isWord(reference)) return undefined;
  throw invalid(
    'plugin-missing',
    `\`${what}\` ${text}: no such package is installed here: npm install it, or name a file`,
    Error,
  );
}

function exportOf(
  exported: Readonly<Record<string, unknown>>,
  { text, name, specifier }: ModuleReference,
  what: string,
): unknown {
  const names = Object.keys(exported).filter((key) => key !== 'default' && key !== 'module.exports');
  if (name !== undefined) {
    if (Object.hasOwn(exported, name)) return exported[name];
    const [like] = nearest(name, names);
    const there = like === undefined ? `it has ${names.join(', ') || 'no named one'}` : `did you mean ${specifier}#${like}?`;
    throw invalid('plugin-export', `\`${what}\` ${text}: there is no export ${name}; ${there}`, Error);
  }
  const factories = names.filter((key) => typeof exported[key] === 'function');
  const [only] = factories;
  if (typeof exported.default === 'function') return exported.default;
  if (only !== undefined && factories.length === 1) return exported[only];
  const rule = factories.length === 0 ? 'it exports no factory' : `say which of its exports, as ${specifier}#${only}`;
  throw invalid('plugin-export', `\`${what}\` ${text}: ${rule}`, Error);
}
