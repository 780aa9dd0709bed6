/** What a change to one package releases. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from '../bootstrap.mjs';
import { publicPackages, root, workspacePackages } from '../workspace.mjs';

const CHANGED = '@tweedie/samplers';
const RELEASED = '0.1.0';

/** A patch of samplers bumps it alone; a minor, which 0.x ranges do not admit, also what depends on it. */
export async function checkVersions() {
  assert.deepEqual(await bumpedBy('patch'), [CHANGED]);
  const dependants = publicPackages().filter(({ manifest }) => manifest.dependencies?.[CHANGED] !== undefined);
  const bumped = await bumpedBy('minor');
  assert.deepEqual(bumped, [CHANGED, ...dependants.map(({ name }) => name)].sort());
  console.log(`✓ a patch of ${CHANGED} releases it alone, a minor ${bumped.join(' and ')}`);
}

/** Runs `changeset version` on a copy of the manifests, as they are once released, and gives the packages whose version changed. */
async function bumpedBy(kind) {
  const folder = mkdtempSync(join(tmpdir(), 'tweedie-versions-'));
  const copyOf = (entry) => join(folder, relative(root, entry.folder));
  try {
    for (const file of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', '.changeset/config.json'])
      cpSync(join(root, file), join(folder, file));
    for (const entry of workspacePackages()) {
      mkdirSync(copyOf(entry), { recursive: true });
      writeFileSync(join(copyOf(entry), 'package.json'), JSON.stringify({ ...entry.manifest, version: RELEASED }));
    }
    writeFileSync(join(folder, '.changeset', 'a-change.md'), `---\n'${CHANGED}': ${kind}\n---\n\nA change.\n`);
    const changeset = join(root, 'node_modules', '@changesets', 'cli', 'bin.js');
    const { code, output } = await run(process.execPath, [changeset, 'version'], { cwd: folder });
    assert.equal(code, 0, output);
    return workspacePackages()
      .filter((entry) => JSON.parse(readFileSync(join(copyOf(entry), 'package.json'), 'utf8')).version !== RELEASED)
      .map(({ name }) => name)
      .sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
