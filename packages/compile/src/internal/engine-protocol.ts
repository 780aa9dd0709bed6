/** What the thread of the engine and its owner tell each other. */
import type { MessagePort } from 'node:worker_threads';
import type { PortLayout } from './port-view.js';

/** What the engine's thread is started with. */
export interface EngineThreadData {
  /** Requests come in here, in order; replies go out. */
  readonly port: MessagePort;
  /** Signals to an owner who sleeps, see {@link REPLIES} and {@link GONE}. */
  readonly signals: Int32Array;
}

/** Index of the signal that counts replies. */
export const REPLIES = 0;
/** Index of the signal that is 1 when the thread has ended. */
export const GONE = 1;

/** The memory of a session's ports: inputs fill it up to `split`, outputs the rest. */
export interface SessionMemory {
  readonly buffer: SharedArrayBuffer;
  readonly split: number;
  readonly inputs: readonly PortLayout[];
  readonly outputs: readonly PortLayout[];
}

/** Makes a session. With `copied`, ONNX Runtime works on a copy of the memory, for Node versions that refuse it shared memory. */
export interface LoadRequest {
  readonly kind: 'load';
  readonly session: number;
  readonly model: Uint8Array;
  readonly memory: SessionMemory;
  readonly threads: number;
  readonly copied: boolean;
}

/** Is answered as soon as the thread listens. */
interface StartRequest {
  readonly kind: 'start';
}

interface RunRequest {
  readonly kind: 'run';
  readonly session: number;
}

/** Has no reply. */
export interface DisposeRequest {
  readonly kind: 'dispose';
  readonly session: number;
}

/** Has no reply but the end of the thread. */
interface CloseRequest {
  readonly kind: 'close';
}

/** A request that is answered. */
export type Call = StartRequest | LoadRequest | RunRequest;

/** What goes to the thread. */
export type Request = (Call & { readonly id: number }) | DisposeRequest | CloseRequest;

/** What comes back; `failure` is ONNX Runtime's message. */
export interface Reply {
  readonly id: number;
  readonly failure?: string;
}
