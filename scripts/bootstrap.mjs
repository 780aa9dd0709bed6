/** From a fresh clone to a working checkout: the right Node, the pinned pnpm, everything installed. Plain Node, as nothing is installed yet. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspacePackages } from './workspace.mjs';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const windows = process.platform === 'win32';

/** `pnpm@x.y.z`, the only version that may touch this repository: pnpm refuses to run where another one is pinned. */
export const pinnedPnpm = manifest.packageManager;

/** Ends the process with one line if this Node is too old. */
export function checkNode() {
  const [needMajor, needMinor] = manifest.engines.node.match(/\d+/g).map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  console.error(
    `Tweedie needs Node ${needMajor}.${needMinor} or newer, but this is Node ${process.versions.node}. See https://nodejs.org`,
  );
  process.exit(1);
}

/**
 * Runs a command and gives its exit code (128 + n after signal n). Unless `inherit`, its output comes back as text.
 * On Windows `npx` and other `.cmd` files need a shell, so arguments must not hold spaces there.
 */
export function run(
  command,
  args,
  { cwd = root, env = {}, inherit = false, shell = windows && command !== process.execPath } = {},
) {
  return new Promise((resolve) => {
    const stdio = inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const options = { cwd, shell, stdio, env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ...env } };
    const child = shell ? spawn([command, ...args].join(' '), options) : spawn(command, args, options);
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs the pinned pnpm; its own folder is then on the PATH of what it runs. */
export function pnpm(args, options) {
  return run('npx', ['-y', pinnedPnpm, ...args], options);
}

/** Installs what the lockfile says, unless that is what is there. */
export async function install() {
  const wanted = fingerprint();
  const marker = join(root, 'node_modules', '.tweedie-installed');
  const linked = workspacePackages().every(
    ({ folder, dependencies }) => dependencies.length === 0 || existsSync(join(folder, 'node_modules')),
  );
  if (linked && existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;

  const started = Date.now();
  console.log(`Installing packages with ${pinnedPnpm} …`);
  const { code, output } = await pnpm(['install', '--frozen-lockfile', '--prefer-offline']);
  if (code !== 0) {
    console.error(`${output}\nThe installation failed (exit code ${code}).`);
    process.exit(code);
  }
  writeFileSync(marker, wanted);
  console.log(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}

function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  const manifests = workspacePackages().map(({ folder }) => join(folder, 'package.json'));
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc']
    .map((name) => join(root, name))
    .concat(manifests))
    hash.update(readFileSync(file));
  return hash.digest('hex');
}
