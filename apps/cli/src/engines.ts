/**
 * What computes gradients and samples: whole steps as graphs in ONNX Runtime (`compiled`), or TensorFlow.js, operation by
 * operation (`eager`). Tensors live in TensorFlow.js's wasm backend either way.
 */
import { compiled, compiledNetwork } from '@tweedie/compile';
import { onnxRuntimes, physicalCores } from '@tweedie/compile/node';
import type { CompiledNetwork, Differentiate, Network } from '@tweedie/core';
import { eager, sharded } from '@tweedie/training';
import type { EngineRecord } from './engine-record.js';
import type { EngineRequest } from './engine-request.js';
import { type GradientShards, gradientShards } from './gradient-shards.js';
import type { Trained } from './run-file.js';
import { say } from './say.js';

/** An engine that runs; `close` ends its threads. */
export interface Engine {
  readonly record: EngineRecord;
  /** For people. */
  readonly name: string;
  /** Gradients of the objective of a run like this; without one, of any objective, if need be on fewer threads. */
  gradients(trained?: Trained): Differentiate;
  /**
   * The same network on this engine, with the weights of now until it is refreshed; freed with the engine, or sooner by
   * `dispose`.
   */
  network<Condition>(network: Network<Condition>): CompiledNetwork<Condition>;
  close(): Promise<void>;
}

const SHARDS = 2;

/**
 * Starts an engine. If no kind is asked for it is `compiled` where that can run, and otherwise `eager`, which is said in one line
 * with the reason.
 * @throws Error (`engine-unavailable`) if `compiled` is asked for and cannot run here
 */
export async function openEngine({ kind, threads, shards }: EngineRequest): Promise<Engine> {
  if (kind === 'eager') return eagerEngine(shards ?? SHARDS);
  try {
    return await compiledEngine(threads);
  } catch (error) {
    if (kind === 'compiled' || !isUnavailable(error)) throw error;
    say(`${error.message}. Until then TensorFlow.js computes, on WebAssembly, several times slower.`);
    return eagerEngine(SHARDS);
  }
}

/** Gives an engine to `work` and closes it, whatever comes of that; throws as {@link openEngine}. */
export async function withEngine<T>(request: EngineRequest, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openEngine(request);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

function isUnavailable(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'engine-unavailable';
}

/** Half of each batch is enough for one engine to be at its best; more than two would have too little each. */
const HALVES = 2;

async function compiledEngine(threads: number = physicalCores()): Promise<Engine> {
  const count = Math.min(threads, HALVES);
  const each = Math.floor(threads / count);
  const engines = await onnxRuntimes({ count, threads: each });
  const used = count * each;
  return {
    record: { kind: 'compiled', threads: used },
    name: `${engines[0].name}, threads: ${used}`,
    gradients: () => sharded(engines.map(compiled)),
    network: (network) => compiledNetwork(network, engines),
    close: async () => {
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
}

function eagerEngine(shards: number): Engine {
  const started: GradientShards[] = [];
  return {
    record: { kind: 'eager', shards },
    name: `TensorFlow.js wasm, shards: ${shards}`,
    gradients(trained) {
      if (trained === undefined) return eager;
      const threads = gradientShards(trained, shards);
      started.push(threads);
      return threads.differentiate;
    },
    network: (network) => ({ ...network, refresh: () => {}, dispose: () => {} }),
    async close() {
      await Promise.all(started.map((threads) => threads.close()));
    },
  };
}
