/** `tweedie plugin new`: a package from the template of its kind. */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { invalid } from '@tweedie/core';
import { parse } from 'acorn';
import { writing } from '../files.js';
import type { PluginFlags } from '../plugin-kinds.js';
import { say } from '../say.js';

const TEMPLATES = new URL('../../templates/', import.meta.url);
/** Files that in a package of ours would be taken for its own. */
const NAMES: Readonly<Record<string, string>> = { 'manifest.json': 'package.json', 'test.js': 'index.test.js' };
const LONGEST = 100;

/**
 * Writes a package in a folder of its name, whole or not at all.
 * @throws RangeError (`plugin-name`, `folder-used`); Error (`file-unwritable`)
 */
export async function newPluginCommand(name: string, { kind }: PluginFlags): Promise<void> {
  const factory = factoryOf(name);
  if ((await stat(name).catch(() => undefined)) !== undefined)
    throw invalid('folder-used', `${name} is there already: choose another name, or remove it`);
  const { version } = createRequire(import.meta.url)('@tweedie/core/package.json');
  const unfinished = `.${name}.tmp`;
  await writing(join(name, 'package.json'), async () => {
    try {
      await mkdir(unfinished, { recursive: true });
      for (const folder of ['common', kind])
        for (const file of await readdir(new URL(`${folder}/`, TEMPLATES))) {
          const template = await readFile(new URL(`${folder}/${file}`, TEMPLATES), 'utf8');
          const text = template.replaceAll('plugin-kind', kind).replaceAll('core-version', version);
          await writeFile(
            join(unfinished, NAMES[file] ?? file),
            text.replaceAll('plugin-name', name).replaceAll('pluginName', factory),
          );
        }
      await rename(unfinished, name);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
  say(
    `Next: cd ${name} && npm install && npm test, which fails and says what to do; then use it by --${kind} ./${name}/index.js`,
  );
  process.stdout.write(`${join(name, 'index.js')}\n`);
}

/** The name of the factory in a package of that name. */
function factoryOf(name: string): string {
  const factory = name.replace(/-([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
  try {
    if (!/^[a-z][a-z\d]*(-[a-z\d]+)*$/.test(name) || name.length > LONGEST || isBuiltin(name)) throw new SyntaxError();
    parse(`export function ${factory}() {}`, { ecmaVersion: 2022, sourceType: 'module' });
    return factory;
  } catch {
    throw invalid(
      'plugin-name',
      `the name must be as npm and JavaScript allow, small letters, digits and single hyphens, as my-sampler, got ${JSON.stringify(name)}`,
    );
  }
}
