/** The thread in which ONNX Runtime works for `onnxRuntime`, which starts it. */
import { workerData } from 'node:worker_threads';
import { env, InferenceSession } from 'onnxruntime-node';
import { type EngineThreadData, GONE, type LoadRequest, REPLIES, type Reply, type Request } from './engine-protocol.js';
import { portTensors } from './port-tensors.js';
import { sessionOptions } from './session-options.js';

interface Loaded {
  run(): Promise<void>;
  release(): Promise<void>;
}

const { port, signals }: EngineThreadData = workerData;
const sessions = new Map<number, Loaded>();
// Sessions run one after the other; a request waits for all before it.
let last = Promise.resolve();

env.logLevel = 'fatal'; // What matters arrives as an error.

process.once('exit', () => {
  Atomics.store(signals, GONE, 1);
  wake();
});
port.on('message', (request: Request) => {
  last = last.then(() => answer(request));
});

async function answer(request: Request): Promise<void> {
  if (request.kind === 'dispose') return release(request.session);
  if (request.kind === 'close') {
    for (const session of sessions.keys()) await release(session);
    port.close();
    return;
  }
  let reply: Reply = { id: request.id };
  try {
    if (request.kind === 'load') sessions.set(request.session, await load(request));
    if (request.kind === 'run') await loaded(request.session).run();
  } catch (error) {
    reply = { id: request.id, failure: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(reply);
  wake();
}

function wake(): void {
  Atomics.add(signals, REPLIES, 1);
  Atomics.notify(signals, REPLIES);
}

async function load({ model, memory, threads, copied }: LoadRequest): Promise<Loaded> {
  const session = await InferenceSession.create(model, sessionOptions(threads, 'zero'));
  const { buffer, split } = memory;
  const own = copied ? new ArrayBuffer(buffer.byteLength) : buffer;
  const feeds = portTensors(memory.inputs, own);
  const fetches = portTensors(memory.outputs, own);
  const bytes = { shared: new Uint8Array(buffer), own: new Uint8Array(own) };
  return {
    async run() {
      if (copied) bytes.own.set(bytes.shared.subarray(0, split));
      await session.run(feeds, fetches);
      if (copied) bytes.shared.set(bytes.own.subarray(split), split);
    },
    release: () => session.release(),
  };
}

function loaded(id: number): Loaded {
  const session = sessions.get(id);
  if (session === undefined) throw new Error(`session ${id} is not loaded`);
  return session;
}

async function release(id: number): Promise<void> {
  const session = loaded(id);
  sessions.delete(id);
  await session.release();
}
