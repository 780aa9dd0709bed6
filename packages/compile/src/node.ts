/**
 * Runs compiled graphs on the processor of this machine with ONNX Runtime (`onnxruntime-node`, an optional package). Node only.
 */
import { invalid } from '@tweedie/core';
import type { Engine, LoadOptions } from './engine.js';
import { runtimePackage } from './internal/engine-package.js';
import { loadSession } from './internal/engine-session.js';
import { engineThread } from './internal/engine-thread.js';
import type { LocalSessions } from './internal/local-session.js';
import { physicalCores } from './internal/physical-cores.js';
import { blockSize, worksInPlace } from './internal/probe.js';
import type { OnnxModel } from './onnx.js';

export { physicalCores };

/** What {@link onnxRuntime} can be told. */
export interface OnnxRuntimeOptions {
  /** Threads for one run. Default the physical cores; small networks are faster with 1. */
  readonly threads?: number;
  /** Whether to use the layout for convolutions that suits the processor, if it proves to work here. Default true. */
  readonly blocked?: boolean;
}

/**
 * Why {@link onnxRuntime} cannot run here, in one line with the command that helps; undefined if it can.
 */
export async function unavailable(): Promise<string | undefined> {
  const state = await runtimePackage(load);
  return 'unavailable' in state ? state.unavailable : undefined;
}

/**
 * Starts ONNX Runtime in a thread of its own, so that a run can be awaited, or waited for. The thread does not keep the program
 * alive.
 * @throws Error `engine-unavailable` with what {@link unavailable} says; RangeError `threads-not-positive`
 * @example
 * ```ts
 * import { onnxRuntime } from '@tweedie/compile/node';
 *
 * const engine = await onnxRuntime({ threads: 1 });
 * const session = engine.load({
 *   nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }],
 *   initializers: new Map(),
 *   inputs: [{ name: 'x', type: 'float32', shape: [2] }],
 *   outputs: [{ name: 'y', type: 'float32', shape: [2] }],
 *   opsets: { '': 17 },
 * });
 * session.inputs.x?.set([1, 2]);
 * await session.run();
 * console.log(session.outputs.y); // -1, -2
 * await engine.close();
 * ```
 */
export async function onnxRuntime({ threads = physicalCores(), blocked = true }: OnnxRuntimeOptions = {}): Promise<Engine> {
  return start({ threads, block: blocked ? undefined : 0, local: true });
}

interface StartOptions {
  readonly threads: number;
  /** Channels per block, if it was found out before. */
  readonly block: number | undefined;
  /** Whether small work may be done on this thread. */
  readonly local: boolean;
}

async function start({ threads, block: known, local: allowed }: StartOptions): Promise<Engine> {
  checkThreads(threads);
  const state = await runtimePackage(load);
  if ('unavailable' in state) throw invalid('engine-unavailable', state.unavailable, Error);
  const thread = await engineThread(new URL('./internal/engine-worker.js', import.meta.url));
  const copied = !worksInPlace((model) => loadSession(thread, model, { threads: 1, copied: false }));
  // After the first session of the thread, which decides for the process how the smallest numbers are treated.
  let local = allowed ? await workingLocally() : undefined;
  const block = known ?? blockSize((model) => loadSession(thread, model, { threads: 1, copied }));
  return {
    name: `onnxruntime-node ${state.version}`,
    threads,
    dialect: { fused: true, block },
    load(model: OnnxModel, options: LoadOptions = {}) {
      const { threads: own = threads, small = false } = options;
      checkThreads(own);
      if (small && local !== undefined) return local.load(model);
      return loadSession(thread, model, { threads: small ? 1 : own, copied });
    },
    close() {
      local?.close();
      local = undefined;
      return thread.close();
    },
  };
}

/** Sessions on this thread, if this version of ONNX Runtime has them. */
async function workingLocally(): Promise<LocalSessions | undefined> {
  // Not above, since it needs the optional package.
  const { localSessions } = await import('./internal/local-session.js');
  const sessions = localSessions();
  return worksInPlace(sessions.load) ? sessions : undefined;
}

/**
 * Engines that work side by side, each on its own thread: what data parallelism takes. Two of one thread train a convolutional
 * network faster than one of two threads, since much of ONNX Runtime is not parallel: `sharded(engines.map(compiled))`,
 * `compiledNetwork(network, engines)`.
 * @param options.count how many. Default one for each physical core
 * @param options.threads of each. Default 1
 * @throws as {@link onnxRuntime}, and RangeError (`count-not-positive`)
 */
export async function onnxRuntimes(
  options: OnnxRuntimeOptions & { readonly count?: number } = {},
): Promise<readonly [Engine, ...Engine[]]> {
  const { count = physicalCores(), threads = 1, blocked = true } = options;
  if (!(Number.isInteger(count) && count > 0))
    throw invalid('count-not-positive', `\`count\` must be a positive integer, got ${count}`);
  // On this thread they would take turns.
  const local = count === 1;
  const first = await start({ threads, block: blocked ? undefined : 0, local });
  const others = Array.from({ length: count - 1 }, () => start({ threads, block: first.dialect.block, local }));
  const settled = await Promise.allSettled(others);
  const engines = settled.flatMap((other) => (other.status === 'fulfilled' ? [other.value] : []));
  const failed = settled.find((other) => other.status === 'rejected');
  if (failed === undefined) return [first, ...engines];
  await Promise.all([first, ...engines].map((engine) => engine.close()));
  throw failed.reason;
}

/** Loads the binary too, so it is known to work before a thread is started for it. */
function load(): Promise<typeof import('onnxruntime-node')> {
  return import('onnxruntime-node');
}

function checkThreads(threads: number): void {
  if (Number.isInteger(threads) && threads > 0) return;
  throw invalid('threads-not-positive', `\`threads\` must be a positive integer, got ${threads}`);
}
