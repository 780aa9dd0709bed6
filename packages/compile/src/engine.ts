/** What runs a compiled graph: the seam between compilation and the runtime. */
import type { OnnxModel } from './onnx.js';

/** Memory of one input or output. bool is bytes 0 and 1. */
export type PortMemory = Float32Array | Int32Array | Uint8Array;

/** What an engine can do beyond the standard's operators; what it lacks is composed of them. */
export interface Dialect {
  /** Whether it has the fused operators of `com.microsoft`: FusedMatMul, QuickGelu and others. */
  readonly fused: boolean;
  /** Channels per block of its own layout for convolutions (`com.microsoft.nchwc`); 0 if there is none that works. */
  readonly block: number;
}

/** How a model is to be run. */
export interface LoadOptions {
  /** Threads for one run. Default the engine's. */
  readonly threads?: number;
  /** The work is over in a few milliseconds: done on one thread, the caller's own where the engine can. */
  readonly small?: boolean;
}

/** Runs models of fixed shapes. */
export interface Engine {
  readonly name: string;
  /** Threads that a run uses unless told otherwise. */
  readonly threads: number;
  readonly dialect: Dialect;
  /**
   * A session for a model; every input and output has a fixed shape.
   * @throws Error (`model-refused`, `engine-gone`), RangeError (`shape-not-fixed`, `threads-not-positive`), TypeError
   * (`port-type`) for int64
   */
  load(model: OnnxModel, options?: LoadOptions): Session;
  close(): Promise<void>;
}

/**
 * A loaded model with its memory: write inputs, run, read outputs. What an output holds lasts until the next run. All ways to run
 * throw Error (`run-failed`, `session-busy`, `session-disposed`, `engine-gone`).
 */
export interface Session {
  readonly inputs: Readonly<Record<string, PortMemory>>;
  readonly outputs: Readonly<Record<string, PortMemory>>;
  /** Runs while this thread goes on. Inputs must not be written and nothing else run on this session until it settles. */
  run(): Promise<void>;
  /**
   * Begins a run; the function given back waits for its end. So several engines can be at work for a thread that must not go on.
   */
  start(): () => void;
  /** Runs while this thread waits. */
  runSync(): void;
  dispose(): void;
}
