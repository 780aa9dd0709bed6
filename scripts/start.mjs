/**
 * `npm start [-- flags]`: from a fresh clone to digits. Installs, builds what the command line needs, and trains on MNIST.
 * The command is a direct child with the terminal as its own: under a task runner its progress bar and Ctrl-C would suffer.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { checkNode, install } from './bootstrap.mjs';
import { build } from './build.mjs';
import { root } from './workspace.mjs';

checkNode();
await install();
await build(['@tweedie/cli']);

const command = join(root, 'apps', 'cli', 'bin', 'tweedie.js');
const child = spawn(process.execPath, [command, 'train', '--data', 'mnist', '--out', 'runs/mnist', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  // The time budget counts from here, installation included.
  env: { ...process.env, TWEEDIE_STARTED_AT: String(Math.round(performance.timeOrigin)) },
});

// A terminal sends Ctrl-C to the child as well, so that passing it on would deliver it twice.
const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
process.on('SIGINT', () => terminal || child.kill('SIGINT'));
process.on('SIGTERM', () => child.kill('SIGTERM'));
process.on('SIGHUP', () => child.kill('SIGHUP'));
child.on('close', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
