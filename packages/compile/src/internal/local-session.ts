/** Sessions on this thread, for graphs that are done by the time another thread has woken up. */
import { setImmediate } from 'node:timers/promises';
import { type CodedError, invalid } from '@tweedie/core';
import { encodeOnnx } from '../encode.js';
import type { Session } from '../engine.js';
import type { OnnxModel } from '../onnx.js';
import { nativeSession } from './native-session.js';
import { layOut } from './port-layout.js';
import { portTensors } from './port-tensors.js';
import { portViews } from './port-view.js';

/** Sessions that end together. */
export interface LocalSessions {
  /** Throws what {@link nativeSession} and {@link layOut} throw. */
  load(model: OnnxModel): Session;
  /** Ends all; a run then throws Error `engine-gone`. */
  close(): void;
}

/** None yet. */
export function localSessions(): LocalSessions {
  const open = new Set<(reason: CodedError) => void>();

  function load(model: OnnxModel): Session {
    const inputs = layOut(model.inputs, 0);
    const outputs = layOut(model.outputs, inputs.end);
    const buffer = new ArrayBuffer(outputs.end);
    const [feeds, fetches] = [portTensors(inputs.ports, buffer), portTensors(outputs.ports, buffer)];
    const native = nativeSession(encodeOnnx(model));
    let ended: CodedError | undefined;
    let running = false;

    function runSync(): void {
      if (ended !== undefined) throw ended;
      if (running) throw invalid('session-busy', 'the session is running; wait until its `run()` has settled', Error);
      native.run(feeds, fetches);
    }
    function end(reason: CodedError): void {
      if (!open.delete(end)) return;
      ended = reason;
      native.dispose();
    }
    open.add(end);

    return {
      inputs: portViews(inputs.ports, buffer),
      outputs: portViews(outputs.ports, buffer),
      async run() {
        runSync();
        running = true;
        await setImmediate(); // Else timers and files would wait for the end of a loop of such runs.
        running = false;
      },
      start() {
        runSync();
        return () => {};
      },
      runSync,
      dispose: () => end(invalid('session-disposed', 'the session was disposed; load the model again', Error)),
    };
  }

  return {
    load,
    close() {
      for (const end of open) end(invalid('engine-gone', 'the engine was closed; make another', Error));
    },
  };
}
