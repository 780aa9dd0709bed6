/** The built command `tweedie`, as tests run it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const bin = join(import.meta.dirname, '../bin/tweedie.js');
const faults = pathToFileURL(join(import.meta.dirname, 'faults.mjs')).href;

/** A file that goes wrong: see `faults.mjs`. */
export interface Fault {
  readonly kind: 'kill' | 'full' | 'bug' | 'garbled';
  readonly file: string;
  readonly nth: number;
}

/** What came of a command. */
export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly fault?: Fault;
  readonly cwd?: string;
  readonly watch?: (child: ChildProcess, stderr: string) => void;
}

/** Runs the command; `watch` is told of all that it has written to standard error so far, and may send signals. */
export async function tweedie(args: readonly string[], { fault, cwd, watch }: Options = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [...(fault ? ['--import', faults] : []), bin, ...args], {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, FAULT: JSON.stringify(fault ?? {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (some: string) => {
    text.stdout += some;
  });
  child.stderr.setEncoding('utf8').on('data', (some: string) => {
    text.stderr += some;
    watch?.(child, text.stderr);
  });
  watch?.(child, '');
  await once(child, 'close');
  return { status: child.exitCode, signal: child.signalCode, ...text };
}
