/** The inner end: functions and generators that others call over a port. */
import { invalid } from '@tweedie/core/error';
import type { Handlers } from './handlers.js';
import { failureOf, thrownOf } from './internal/failure.js';
import { listen, post } from './internal/line.js';
import { type Id, opened, type Reply, type Request } from './internal/message.js';
import { unwrapped } from './moved.js';
import type { Port } from './port.js';

interface Running {
  readonly controller: AbortController;
  iterator?: AsyncIterator<unknown>;
}

/**
 * Answers the calls of `connect`. A handler's record of options gets its `signal` if the caller gave one: it is aborted with the
 * caller's reason. A generator runs from one `yield` to the next when it is asked to; it is ended, `finally` blocks included, when
 * the caller leaves its loop, aborts, or is gone. Calls are not queued: what must not overlap has to see to that itself.
 * @param handlers results and yielded values are cloned, and those that are `moved` handed over; tensors must be packed
 * @param port default: the line of this worker to who made it
 * @throws Error `no-worker-here` without a port outside of a worker
 */
export function serve(handlers: Handlers, port: Port = ownPort()): void {
  const running = new Map<Id, Running>();

  async function answer(request: Request): Promise<Reply> {
    const { id } = request;
    if (request.kind === 'call') return call(request);
    const { iterator, controller } = running.get(request.call) ?? {};
    if (request.kind === 'abort') controller?.abort(thrownOf(request.reason));
    if (request.kind === 'next') {
      const { done = true, value } = (await iterator?.next()) ?? {};
      if (!done) return { id, kind: 'yielded', value };
    } else await iterator?.return?.();
    running.delete(request.call);
    return { id, kind: 'done' };
  }

  async function call({ id, name, args, signal }: Request & { readonly kind: 'call' }): Promise<Reply> {
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (handler === undefined)
      throw invalid('handler-unknown', `the worker has ${Object.keys(handlers).join(', ')}, got ${JSON.stringify(name)}`);
    const own: Running = { controller: new AbortController() };
    running.set(id, own);
    const given = args.map((arg, i) =>
      i === signal && typeof arg === 'object' ? { ...arg, signal: own.controller.signal } : arg,
    );
    const value = await handler(...(given as never[])); // the types of `connect` are those of the handlers
    if (!isStream(value)) return { id, kind: 'value', value };
    own.iterator = value[Symbol.asyncIterator]();
    if (own.controller.signal.aborted) await own.iterator.return?.();
    return { id, kind: 'stream' };
  }

  function send(reply: Reply): void {
    const { value, transfer } = unwrapped('value' in reply ? reply.value : undefined);
    post(port, 'value' in reply ? { ...reply, value } : reply, transfer);
  }

  async function receive(envelope: unknown): Promise<void> {
    const request = opened<Request>(envelope);
    if (request?.kind === 'hello') post(port, { kind: 'ready' });
    if (request?.kind === 'line') serve(handlers, request.port);
    if (request === undefined || !('id' in request)) return;
    const { id } = request;
    const call = 'call' in request ? request.call : id;
    try {
      const reply = await answer(request);
      if (reply.kind === 'value') running.delete(call);
      send(reply);
    } catch (error) {
      leave(running.get(call)?.iterator);
      running.delete(call);
      send({ id, kind: 'failed', failure: failureOf(error) });
    }
  }

  listen(port, receive, (reason) => {
    for (const { controller, iterator } of running.values()) {
      controller.abort(invalid('caller-gone', `who called is gone: ${reason}`, Error));
      leave(iterator);
    }
    running.clear();
  });
  post(port, { kind: 'ready' });
}

/** Ends what nobody listens to any more: there is no one to tell how that went. */
function leave(iterator: AsyncIterator<unknown> | undefined): void {
  iterator?.return?.().catch(() => {});
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Node's `parentPort`, without an import that a browser's bundler would stumble over; a browser's worker scope. */
function ownPort(): Port {
  const { process, document, postMessage } = globalThis as Surroundings;
  const port = process?.getBuiltinModule?.('node:worker_threads').parentPort;
  if (port) return port;
  if (postMessage !== undefined && document === undefined) return globalThis as Port;
  throw invalid('no-worker-here', 'serve runs in a worker; elsewhere it needs a `port`', Error);
}

/** What tells a worker from a page, and Node from a browser. */
interface Surroundings {
  readonly process?: { getBuiltinModule?(id: 'node:worker_threads'): { readonly parentPort: Port | null } };
  readonly document?: unknown;
  readonly postMessage?: unknown;
}
