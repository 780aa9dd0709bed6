/** The first example of the root README, as a user of the published packages would run it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.mjs';

/** It type-checks under both ways to resolve modules, runs as ESM, and runs by `require`. */
export async function checkReadme({ write, node, typeCheck }) {
  const [, example] = readFileSync(join(root, 'README.md'), 'utf8').match(/^```ts\n([\s\S]*?)^```/m);
  write('example.ts', example);
  await typeCheck('example.ts');
  console.log('✓ the README example type-checks');

  const fromImport = await node('example.js');
  write('example.cjs', asCommonJs(example));
  const fromRequire = await node('--no-warnings', 'example.cjs');
  assert.equal(fromRequire, fromImport, '`require` and `import` must give the same numbers');
  console.log(`✓ it runs by import and by require on Node ${process.versions.node}`);
}

/** Imports become `require`s, and top-level `await` moves into a function. */
function asCommonJs(code) {
  const required = code
    .replace(/^import (\{[^}]*\}) from ('.*');$/gm, 'const $1 = require($2);')
    .replace(/^import ('.*');$/gm, 'require($1);');
  return `(async () => {\n${required}\n})();\n`;
}
