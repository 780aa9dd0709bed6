/** What this machine can run: the engines of the command line, and TensorFlow.js's backends. */
import { type Check, cuda, nativeCpu } from '@tweedie/backend-node';
import { wasm } from '@tweedie/backend-wasm';
import { webgpu } from '@tweedie/backend-webgpu';
import { physicalCores, unavailable } from '@tweedie/compile/node';
import type { Backend } from '@tweedie/core';
import { cpu } from '@tweedie/core/cpu';
import { ENGINES } from './engine-request.js';

/** Something that computes, and whether it can here. */
export interface Finding {
  readonly name: string;
  readonly usable: boolean;
  /** What it is, and on what it runs. */
  readonly what: string;
  /** What is wrong, each with what mends it. */
  readonly problems: readonly string[];
  /** All that was looked at, where that is more. */
  readonly checks?: readonly Check[];
}

/** What `tweedie doctor --json` prints. */
export interface Diagnosis {
  readonly system: { readonly node: string; readonly platform: string; readonly cores: number };
  readonly engines: readonly Finding[];
  /** In the order in which they are best tried. */
  readonly backends: readonly Finding[];
  /** What trains and samples unless `--engine` says otherwise, and what `useBackend` takes of all backends in their order. */
  readonly chosen: { readonly engine: string; readonly backend: string | undefined };
}

/** Looks at the machine; loads each backend's package, and starts libtensorflow in a process of its own. Seconds. */
export async function diagnosis(): Promise<Diagnosis> {
  const backends = [await checked(cuda(), 'libtensorflow on CUDA'), await checked(nativeCpu(), 'libtensorflow on the processor')];
  backends.push(await onWebgpu(), await plain(wasm(), 'WebAssembly, one thread'), await plain(cpu(), 'plain JavaScript, slow'));
  const reason = await unavailable();
  const onWasm = backends.find(({ name }) => name === 'wasm');
  const engines: Record<(typeof ENGINES)[number], Finding> = {
    compiled: finding('compiled', 'whole steps as graphs in ONNX Runtime', reason),
    eager: finding('eager', 'TensorFlow.js on WebAssembly, several times slower', onWasm?.problems[0]),
  };
  return {
    system: { node: process.versions.node, platform: `${process.platform} ${process.arch}`, cores: physicalCores() },
    engines: ENGINES.map((name) => engines[name]),
    backends,
    chosen: {
      engine: reason === undefined ? 'compiled' : 'eager',
      backend: backends.find(({ usable }) => usable)?.name,
    },
  };
}

function finding(name: string, what: string, problem: string | undefined): Finding {
  return { name, what, usable: problem === undefined, problems: problem === undefined ? [] : [problem] };
}

async function plain(backend: Backend, what: string): Promise<Finding> {
  return finding(backend.name, what, await backend.unavailable());
}

async function checked(backend: ReturnType<typeof cuda>, what: string): Promise<Finding> {
  const checks = await backend.diagnose();
  const problems = checks
    .filter(({ ok }) => ok === false)
    .map(({ found, needed, remedy }) => `${found} (needed: ${needed})${remedy === undefined ? '' : `: ${remedy}`}`);
  return { name: backend.name, what, usable: problems.length === 0, problems, checks };
}

async function onWebgpu(): Promise<Finding> {
  const backend = webgpu();
  const reason = await backend.unavailable();
  const report = await backend.report();
  const adapter = [report?.vendor, report?.architecture, report?.device || report?.description].filter(Boolean).join(' ');
  const software = report?.software ? ', in software on the processor: right, and slow' : '';
  return finding('webgpu', `WebGPU${adapter === '' ? '' : ` on ${adapter}`}${software}`, reason);
}
