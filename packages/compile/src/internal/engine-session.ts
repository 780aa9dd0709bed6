/** A session on the engine's thread, seen from its owner. */
import { invalid } from '@tweedie/core';
import { encodeOnnx } from '../encode.js';
import type { Session } from '../engine.js';
import type { OnnxModel } from '../onnx.js';
import type { SessionMemory } from './engine-protocol.js';
import type { EngineThread } from './engine-thread.js';
import { layOut } from './port-layout.js';
import { portViews } from './port-view.js';

/** How a session is made. */
export interface SessionOptions {
  readonly threads: number;
  /** Whether ONNX Runtime must work on a copy of the shared memory. */
  readonly copied: boolean;
}

let count = 0;

/**
 * Loads a model while this thread waits.
 * @throws Error `model-refused` with ONNX Runtime's reason, and what {@link layOut} throws
 */
export function loadSession(thread: EngineThread, model: OnnxModel, { threads, copied }: SessionOptions): Session {
  const memory = allocate(model);
  const session = count++;
  thread.callSync({ kind: 'load', session, model: encodeOnnx(model), memory, threads, copied });
  let state: 'idle' | 'running' | 'disposed' = 'idle';

  function check(): void {
    if (state === 'disposed') throw invalid('session-disposed', 'the session was disposed; load the model again', Error);
    if (state === 'running') throw invalid('session-busy', 'the session is running; wait until its `run()` has settled', Error);
  }
  function end(): void {
    if (state === 'running') state = 'idle';
  }

  function start(): () => void {
    check();
    const wait = thread.start({ kind: 'run', session });
    state = 'running';
    return () => {
      try {
        wait();
      } finally {
        end();
      }
    };
  }

  return {
    inputs: portViews(memory.inputs, memory.buffer),
    outputs: portViews(memory.outputs, memory.buffer),
    async run() {
      check();
      state = 'running';
      try {
        await thread.call({ kind: 'run', session });
      } finally {
        end();
      }
    },
    start,
    runSync: () => start()(),
    dispose() {
      if (state === 'disposed') return;
      state = 'disposed';
      thread.tell({ kind: 'dispose', session });
    },
  };
}

function allocate(model: OnnxModel): SessionMemory {
  const inputs = layOut(model.inputs, 0);
  const outputs = layOut(model.outputs, inputs.end);
  return { buffer: new SharedArrayBuffer(outputs.end), split: inputs.end, inputs: inputs.ports, outputs: outputs.ports };
}
