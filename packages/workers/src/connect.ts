/** The outer end: a worker's functions and generators as if they were here. */
import { invalid } from '@tweedie/core/error';
import type { Calls, Stream } from './handlers.js';
import { exchange } from './internal/exchange.js';
import { failureOf } from './internal/failure.js';
import { ids } from './internal/message.js';
import { streamFrom } from './internal/stream.js';
import { unwrapped } from './moved.js';
import type { Port } from './port.js';

/** Options of {@link connect}. */
export interface ConnectOptions {
  /** How many values a generator may make before they are asked for. Default 0: it rests at each `yield`, as it would here. */
  readonly lead?: number;
}

/** A worker that was connected. */
export interface Connection<H extends object> {
  /**
   * The handlers, by name. An argument with a `signal` sends its abort along: the call rejects at once with the signal's own reason.
   * Calls reject with the handler's error (name, message, code, cause, and the worker's stack), with Error `worker-gone` if the
   * worker ended or could not start, `worker-closed` after `close`, or with the platform's `DataCloneError`.
   */
  readonly call: Calls<H>;
  /** Waits for the calls and loops that are under way, aborted ones too; then ends the worker, or closes the port. */
  close(): Promise<void>;
}

/**
 * Connects to what `serve` serves on the other side of a port. In Node, calls under way keep the program alive; a worker that
 * rests does not.
 * @typeParam H `typeof handlers`, imported as a type from the worker's module
 * @param port a `Worker`, or a `MessagePort` to one
 * @throws RangeError `lead-negative`
 */
export function connect<H extends object>(port: Port, { lead = 0 }: ConnectOptions = {}): Connection<H> {
  if (!Number.isInteger(lead) || lead < 0)
    throw invalid('lead-negative', `\`lead\` must be a whole number of values, not negative, got ${lead}`);
  const { ask, abandon, begin, close } = exchange(port);
  const next = ids();
  let closed: Promise<void> | undefined;

  function start(name: string, given: readonly unknown[]): Promise<unknown> & Stream<unknown> {
    const id = next();
    const parts = given.map(unwrapped);
    const at = parts.findIndex(({ value }) => hasSignal(value));
    const signal = parts.map(({ value }) => value).find(hasSignal)?.signal;
    const stop = () => {
      abandon(id, signal?.reason);
      ask({ id: next(), kind: 'abort', call: id, reason: failureOf(signal?.reason) }).catch(() => {}); // gone is stopped too
    };
    const settled = () => signal?.removeEventListener('abort', stop);

    const answer = async () => {
      signal?.throwIfAborted();
      if (closed !== undefined) throw invalid('worker-closed', 'the worker was closed; start another one', Error);
      signal?.addEventListener('abort', stop);
      const args = parts.map(({ value }, i) => (i === at && hasSignal(value) ? { ...value, signal: undefined } : value));
      const transfer = parts.flatMap((part) => part.transfer);
      let streams = false;
      try {
        const reply = await ask({ id, kind: 'call', name, args, signal: signal && at }, transfer);
        streams = reply.kind === 'stream';
        return reply.kind === 'value' ? reply.value : stream;
      } finally {
        if (!streams) settled();
      }
    };
    const accepted = answer();
    const stream = streamFrom({
      accepted,
      ask: async (kind) => {
        signal?.throwIfAborted();
        return ask({ id: next(), kind, call: id });
      },
      begin: () => {
        const finish = begin();
        return () => {
          settled();
          finish();
        };
      },
      lead,
      signal,
    });
    // A promise for who awaits it, and for a generator also the iterator that it resolves to.
    return Object.assign(accepted, stream);
  }

  const call = new Proxy(
    {},
    {
      get: (_, name) =>
        typeof name === 'string' && name !== 'then' ? (...given: readonly unknown[]) => start(name, given) : undefined,
    },
  ) as Calls<H>; // what `serve` serves: a name that it lacks is an error when called
  return {
    call,
    close() {
      closed ??= close();
      return closed;
    },
  };
}

function hasSignal(value: unknown): value is { readonly signal: AbortSignal } {
  return typeof value === 'object' && value !== null && 'signal' in value && value.signal instanceof AbortSignal;
}
