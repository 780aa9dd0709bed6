/**
 * Builds packages: `node scripts/build.mjs [package …]`, with what they depend on; all of them by default.
 *
 * The same steps as `pnpm build` (which runs each package's `build` under turbo), but with one `tsc -b` for all packages
 * in place of one process each, and nothing at all when no source has changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './bootstrap.mjs';
import { filesBelow, root, workspacePackages } from './workspace.mjs';

const COMPILE = 'tsc -b';

/** Builds the named packages and their dependencies; ends the process with the compiler's words if that fails. */
export async function build(names) {
  const packages = closure(names);
  const stamp = join(root, 'node_modules', '.cache', 'tweedie', `build-${names?.join('-').replaceAll('/', '-') ?? 'all'}`);
  const before = fingerprint(packages);
  const complete = packages.every(({ folder }) => existsSync(join(folder, 'dist', 'index.js')));
  if (complete && existsSync(stamp) && readFileSync(stamp, 'utf8') === before) return;

  const started = Date.now();
  console.log(`Building ${packages.length} packages …`);
  const steps = packages.map(({ folder, manifest }) => {
    const commands = manifest.scripts.build.split(' && ');
    const middle = commands.indexOf(COMPILE);
    return { folder, before: commands.slice(0, middle), after: commands.slice(middle + 1) };
  });
  for (const step of steps) for (const command of step.before) await shell(command, step.folder);
  await shell(`${COMPILE} ${packages.map(({ folder }) => relative(root, folder)).join(' ')}`, root);
  for (const step of steps) for (const command of step.after) await shell(command, step.folder);

  mkdirSync(join(stamp, '..'), { recursive: true });
  writeFileSync(stamp, before);
  console.log(`Built in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}

async function shell(command, cwd) {
  const bins = [join(cwd, 'node_modules', '.bin'), join(root, 'node_modules', '.bin')];
  const PATH = [...bins, process.env.PATH ?? process.env.Path].join(delimiter);
  const { code, output } = await run(command, [], { cwd, shell: true, env: { PATH } });
  if (code === 0) return;
  console.error(`${output}\n\`${command}\` failed in ${relative(root, cwd) || 'the root'} (exit code ${code}).`);
  process.exit(code);
}

/** The named packages and all that they need, dependencies first. */
function closure(names) {
  const all = new Map(workspacePackages().map((entry) => [entry.name, entry]));
  const found = new Set();
  const visit = (name) => {
    const entry = all.get(name);
    if (entry === undefined || found.has(entry)) return;
    entry.dependencies.forEach(visit);
    found.add(entry);
  };
  (names ?? [...all.keys()]).forEach(visit);
  return [...found];
}

/** Changes when a source file is added, removed or edited. */
function fingerprint(packages) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'tsconfig.base.json')));
  for (const { folder } of packages)
    for (const file of filesBelow(folder, (path) => !/^(node_modules|dist|bench)\/|\.test\.ts$|\.generated\.ts$/.test(path))) {
      const { mtimeMs, size } = statSync(join(folder, file));
      hash.update(`${folder}/${file} ${mtimeMs} ${size}\n`);
    }
  return hash.digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  await build(process.argv.length > 2 ? process.argv.slice(2) : undefined);
