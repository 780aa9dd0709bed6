/**
 * A session of ONNX Runtime that returns when its work is done. The public call gives a promise of what it then does at once;
 * this is what lies beneath it in `onnxruntime-node`. No one promises that it stays: it has to be tried first.
 */
import { createRequire } from 'node:module';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { failed } from './engine-thread.js';
import { sessionOptions } from './session-options.js';

/** A loaded model; an output that is given is written in place. */
export interface NativeSession {
  /** @throws Error `run-failed` with ONNX Runtime's reason */
  run(inputs: Tensors, outputs: Tensors): void;
  dispose(): void;
}

type Tensors = Readonly<Record<string, Tensor>>;

interface Binding {
  readonly binding: { readonly InferenceSession: new () => Session };
  initOrt(): void;
}

interface Session {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: InferenceSession.SessionOptions): void;
  run(feeds: Tensors, fetches: Tensors, options: InferenceSession.RunOptions): void;
  dispose(): void;
}

const require = createRequire(import.meta.url);

/**
 * Loads a model onto this thread.
 * @param model as `encodeOnnx` gives it
 * @throws Error `model-refused` with ONNX Runtime's reason; anything if this version is made otherwise
 */
export function nativeSession({ buffer, byteOffset, byteLength }: Uint8Array): NativeSession {
  const { binding, initOrt }: Binding = require('onnxruntime-node/dist/binding.js');
  initOrt();
  const session = new binding.InferenceSession();
  passOn('load', () => session.loadModel(buffer, byteOffset, byteLength, sessionOptions(1, 'kept')));
  return {
    run: (inputs, outputs) => passOn('run', () => session.run(inputs, outputs, {})),
    dispose: () => session.dispose(),
  };
}

function passOn(kind: 'load' | 'run', work: () => void): void {
  try {
    work();
  } catch (error) {
    throw failed(kind, error instanceof Error ? error.message : String(error));
  }
}
