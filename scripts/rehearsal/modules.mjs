/** Each package and each of its subpaths: it has types, loads, and loading it only defines functions: no page, no file, no network. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { subpaths } from '../workspace.mjs';
import { libraries, peers } from './user-project.mjs';

/** Notes what code under `@tweedie` touches, as it is imported. Peers touch what they like, so they are loaded first. */
const TRAPS = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

let touched = [];
const note = (what) => void (new Error().stack.includes('@tweedie') && touched.push(what));
for (const peer of PEERS) await import(peer);
for (const name of ['window', 'document', 'navigator', 'location', 'localStorage', 'indexedDB', 'XMLHttpRequest', 'fetch', 'WebSocket', 'Worker'])
  Object.defineProperty(globalThis, name, { configurable: true, get: () => note(name) });
for (const target of [fs, fs.promises])
  for (const [name, value] of Object.entries(target))
    if (typeof value === 'function' && /^[a-z]/.test(name))
      target[name] = Object.assign((...args) => (note('fs.' + name), value.apply(target, args)), value);
syncBuiltinESMExports();

for (const name of MODULES) {
  await import(name);
  if (touched.length > 0) throw new Error('importing ' + name + ' touches ' + touched.join(', '));
}
await import('@tweedie/touching');
if (touched.join() !== 'window,fs.existsSync') throw new Error('the traps do not work: they noted ' + touched);
`;

/** Type-checks, imports and requires every package and subpath. */
export async function checkModules({ folder, write, node, typeCheck }) {
  const modules = modulesOf(libraries);
  const named = modules.map((name, i) => `import type * as m${i} from '${name}';\nexport type M${i} = typeof m${i};\n`);
  write('modules.ts', named.join(''));
  await typeCheck('modules.ts');

  // The kit's peer is the test runner, which works only inside a test run.
  const pure = libraries.filter(({ name }) => name !== '@tweedie/testing');
  const loaded = modulesOf(pure);
  installTouching(folder);
  write(
    'loads.mjs',
    TRAPS.replace('PEERS', JSON.stringify(Object.keys(peers()).filter((name) => name !== 'vitest'))).replace(
      'MODULES',
      JSON.stringify(loaded),
    ),
  );
  await node('loads.mjs');
  write('requires.cjs', `for (const name of ${JSON.stringify(loaded)}) require(name);`);
  await node('--no-warnings', 'requires.cjs');
  console.log(`✓ ${modules.length} modules have types; they load by import and by require, and touch no page, file or network`);
}

function modulesOf(packages) {
  return packages.flatMap((entry) => ['.', ...subpaths(entry)].map((path) => entry.name + path.slice(1)));
}

/** A package that does what none may do, to see that it would be noticed. */
function installTouching(folder) {
  const touching = join(folder, 'node_modules', '@tweedie', 'touching');
  mkdirSync(touching);
  writeFileSync(join(touching, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
  writeFileSync(join(touching, 'index.js'), "import { existsSync } from 'node:fs';\nglobalThis.window;\nexistsSync('.');\n");
}
