/**
 * Calls to a worker thread that can be awaited or waited for. ONNX Runtime's public call is asynchronous and yet blocks its
 * thread; so it gets a thread of its own, and the caller chooses between going on and sleeping.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type CodedError, invalid } from '@tweedie/core';
import {
  type Call,
  type DisposeRequest,
  type EngineThreadData,
  GONE,
  REPLIES,
  type Reply,
  type Request,
} from './engine-protocol.js';

/** A running thread. It answers calls in order. */
export interface EngineThread {
  /** Settles when the call is done; meanwhile this thread goes on. */
  call(call: Call): Promise<void>;
  /** Makes a call and goes on; the function given back returns when it is done, and this thread sleeps until then. */
  start(call: Call): () => void;
  /** Returns when the call is done; meanwhile this thread sleeps. */
  callSync(call: Call): void;
  /** Sends what has no answer; does nothing if the thread has ended. */
  tell(request: DisposeRequest): void;
  /** Lets what was called before finish, then ends the thread. */
  close(): Promise<void>;
}

/** What has to end before the process does. */
const finishing = new Set<() => void>();
process.on('exit', () => {
  for (const finish of finishing) finish();
});

interface Pending {
  readonly kind: Call['kind'];
  settle(failure?: CodedError): void;
}

/**
 * Starts the thread. It keeps the program alive only while a call is awaited.
 * @param url module of the thread
 * @throws Error `engine-gone` if the thread does not start; calls throw it when the thread has ended, and `model-refused` or
 * `run-failed` with ONNX Runtime's reason
 */
export async function engineThread(url: URL): Promise<EngineThread> {
  const { port1: port, port2 } = new MessageChannel();
  const signals = new Int32Array(new SharedArrayBuffer(8));
  const data: EngineThreadData = { port: port2, signals };
  // No flags of the program: its `--input-type` would stop the thread.
  const worker = new Worker(url, { workerData: data, transferList: [port2], execArgv: [] });
  const exit = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  const pending = new Map<number, Pending>();
  let calls = 0;
  let gone: CodedError | undefined;

  function lose(reason: string): CodedError {
    gone ??= invalid('engine-gone', `the engine is gone: ${reason}; make another`, Error);
    for (const { settle } of pending.values()) settle(gone);
    pending.clear();
    return gone;
  }

  function deliver({ id, failure }: Reply): void {
    const call = pending.get(id);
    pending.delete(id);
    if (pending.size === 0) worker.unref();
    call?.settle(failure === undefined ? undefined : failed(call.kind, failure));
  }

  function send(call: Call, settle: Pending['settle']): void {
    if (gone !== undefined) throw gone;
    const id = calls++;
    pending.set(id, { kind: call.kind, settle });
    const request: Request = { ...call, id };
    // A model moves over instead of being copied.
    const moved = call.kind === 'load' && call.model.buffer instanceof ArrayBuffer ? [call.model.buffer] : [];
    port.postMessage(request, moved);
  }

  function sleepUntil(done: () => boolean): void {
    while (!done()) {
      // Counted before looking: a reply that comes in between changes the count, and the sleep ends at once.
      const replies = Atomics.load(signals, REPLIES);
      const ended = Atomics.load(signals, GONE) === 1;
      const received = receiveMessageOnPort(port);
      if (received !== undefined) deliver(received.message);
      else if (ended) lose('its thread has ended');
      else Atomics.wait(signals, REPLIES, replies);
    }
  }
  function start(call: Call): () => void {
    let done = false;
    let failure: CodedError | undefined;
    send(call, (reason) => {
      done = true;
      failure = reason;
    });
    return () => {
      sleepUntil(() => done);
      if (failure !== undefined) throw failure;
    };
  }

  /** ONNX Runtime aborts the process if its thread is stopped in the middle of a run, as `process.exit` does. */
  const finish = () => sleepUntil(() => pending.size === 0);

  worker.once('error', ({ message }) => lose(`its thread failed (${message})`));
  worker.once('exit', () => {
    finishing.delete(finish);
    lose('its thread has ended');
  });
  port.on('message', deliver);
  port.unref();

  const thread: EngineThread = {
    call: (call) =>
      new Promise((resolve, reject) => {
        send(call, (failure) => (failure === undefined ? resolve() : reject(failure)));
        worker.ref();
      }),
    start,
    callSync: (call) => start(call)(),
    tell(request) {
      if (gone === undefined) port.postMessage(request);
    },
    close() {
      if (gone === undefined) {
        gone = invalid('engine-gone', 'the engine was closed; make another', Error);
        const request: Request = { kind: 'close' };
        port.postMessage(request);
        worker.ref();
      }
      return exit;
    },
  };
  await thread.call({ kind: 'start' });
  finishing.add(finish);
  return thread;
}

/** What a call throws for what ONNX Runtime says. */
export function failed(kind: Call['kind'], reason: string): CodedError {
  if (kind === 'load') return invalid('model-refused', `ONNX Runtime refuses the model: ${reason}`, Error);
  return invalid('run-failed', `ONNX Runtime failed: ${reason}`, Error);
}
