/** A user's project: an empty folder outside the repository, where npm has installed the packed packages. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from '../bootstrap.mjs';
import { publicPackages, root, tarballOf } from '../workspace.mjs';

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const strict = '--strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --target es2022 --skipLibCheck'.split(' ');

/** Every library package; the apps are installed by their users in another way. */
export const libraries = publicPackages().filter(({ folder }) => relative(root, folder).startsWith('packages'));

/** Makes the project, hands it to `use`, and removes it. */
export async function withUserProject(use) {
  const folder = mkdtempSync(join(tmpdir(), 'tweedie-user-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: dependencies() }));
    const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    // onnxruntime-node's script fetches a part for CUDA from another place than the registry.
    const { code, output } = await run('npm', install, { cwd: folder, env: { ONNXRUNTIME_NODE_INSTALL: 'skip' } });
    assert.equal(code, 0, output);
    console.log(`✓ npm install of ${libraries.length} packages in an empty folder`);
    await use(userProject(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The peers of the packages, at the versions of this repository; those whose scripts download something are not installed here. */
export function peers() {
  const versions = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies;
  const catalog = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const pinned = (name) => (versions[name] === 'catalog:' ? catalog.match(new RegExp(`'${name}': (.*)`))[1] : versions[name]);
  const named = new Set(libraries.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {})));
  return Object.fromEntries([...named].filter((name) => name in versions).map((name) => [name, pinned(name)]));
}

/** The packed packages and their peers. */
function dependencies() {
  const packed = libraries.map((entry) => [entry.name, `file:${tarballOf(entry)}`]);
  return { ...Object.fromEntries(packed), ...peers() };
}

function userProject(folder) {
  return {
    folder,
    write: (name, text) => writeFileSync(join(folder, name), text),
    /** Type-checks files under both ways to resolve modules, and compiles them. */
    typeCheck: async (...files) => {
      for (const resolution of [
        ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'],
        ['--module', 'nodenext'],
      ]) {
        const { code, output } = await run(process.execPath, [tsc, ...strict, ...resolution, ...files], { cwd: folder });
        assert.equal(code, 0, output);
      }
    },
    /** Runs Node in the project and gives its output; fails with it unless the exit code is 0. */
    node: async (...args) => {
      const { code, output } = await run(process.execPath, args, { cwd: folder });
      assert.equal(code, 0, `node ${args.join(' ')}\n${output}`);
      return output;
    },
  };
}
