/** Runs a module in a Node process of its own, with WebGPU in software: what it prints and whether it ends can be tested. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { bundle } from './internal/bundle.js';
import { softwareVulkanEnvironment } from './software-vulkan.js';

/** Options of {@link inNodeWebgpu}. */
export interface NodeRunOptions {
  /** Given to the module's function; JSON. */
  readonly argument?: unknown;
  /** Over the environment of this process; undefined takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until it counts as hanging. Default 60 000. */
  readonly timeout?: number;
}

/** How a process ended. */
export interface NodeRun<Result> {
  /** What the module's function gave; undefined if the process ended before. */
  readonly result: Result | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Calls the default export of the TypeScript module `entry`, `(argument) => result`, in a new Node process. Argument and result
 * are JSON; no channel keeps the process alive.
 * @throws Error with what it printed, if it fails or does not end in time
 */
export async function inNodeWebgpu<Result>(entry: URL, options: NodeRunOptions = {}): Promise<NodeRun<Result>> {
  const { argument = null, environment = {}, timeout = 60_000 } = options;
  const main = `import { writeSync } from 'node:fs';
    import entry from ${JSON.stringify(fileURLToPath(entry))};
    writeSync(3, JSON.stringify((await entry(${JSON.stringify(argument)})) ?? null));`;
  const code = await bundle(main, entry, 'node');
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    cwd: dirname(fileURLToPath(entry)),
    env: { ...process.env, ...softwareVulkanEnvironment(), ...environment },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    timeout,
    killSignal: 'SIGKILL',
  });
  child.stdin?.end(code);
  const [stdout = '', stderr = '', json = ''] = await Promise.all(
    child.stdio.slice(1, 4).map((stream) => (stream instanceof Readable ? text(stream) : '')),
  );
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) {
    const how = child.signalCode === null ? `failed with code ${child.exitCode}` : `was ended by ${child.signalCode}`;
    throw new Error(`a Node process ${how} (limit ${timeout} ms): ${stderr}${stdout}`);
  }
  const result: Result | undefined = json === '' ? undefined : JSON.parse(json);
  return { result, stdout, stderr };
}
