/** Requests and their answers, and what is still to be answered. */
import { type CodedError, invalid } from '@tweedie/core/error';
import type { Port } from '../port.js';
import { thrownOf } from './failure.js';
import { end, hold, lasting, listen, post } from './line.js';
import { type Id, opened, type Reply, type Request } from './message.js';

/** The client's end of a line. */
export interface Exchange {
  /** @throws (rejects) the failure at the other end, Error `worker-gone`, or the platform's `DataCloneError` */
  ask(request: Request, transfer?: readonly Transferable[]): Promise<Reply>;
  /** Rejects what is asked about a call. It stays under way until it is answered. */
  abandon(call: Id, reason: unknown): void;
  /** Keeps the exchange from closing until the function given back is called. */
  begin(): () => void;
  /** Ends all once nothing is under way. */
  close(): Promise<void>;
}

interface Waiting {
  readonly call: Id;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: unknown) => void;
}

export function exchange(port: Port): Exchange {
  const line = lasting(port);
  const waiting = new Map<Id, Waiting>();
  const begun = new Set<symbol>();
  let ended: CodedError | undefined;
  let idle = () => {};

  function settled(): void {
    hold(port, waiting.size > 0);
    if (waiting.size + begun.size === 0) idle();
  }

  function lose(reason: unknown): void {
    const why = reason instanceof Error ? reason.message : String(reason);
    ended ??= Object.assign(invalid('worker-gone', `the worker is gone: ${why}`, Error), { cause: reason });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
    begun.clear();
    settled();
    void end(port); // a browser's worker would go on after an error that nobody caught
  }

  function receive(envelope: unknown): void {
    const reply = opened<Reply>(envelope);
    if (reply === undefined || !('id' in reply)) return;
    const waiter = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.kind === 'failed') waiter?.reject(thrownOf(reply.failure));
    else waiter?.resolve(reply);
    settled();
  }

  listen(port, receive, lose);
  if (line !== port) listen(line, receive, lose);
  settled();

  return {
    ask: (request, transfer) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) throw ended;
        post(line, request, transfer);
        waiting.set(request.id, { call: 'call' in request ? request.call : request.id, resolve, reject });
        hold(port, true);
      }),
    abandon(call, reason) {
      for (const waiter of waiting.values()) if (waiter.call === call) waiter.reject(reason);
    },
    begin() {
      const mark = Symbol();
      begun.add(mark);
      return () => {
        if (begun.delete(mark)) settled();
      };
    },
    async close() {
      if (waiting.size + begun.size > 0)
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      ended ??= invalid('worker-closed', 'the worker was closed; start another one', Error);
      await end(port);
      if (line !== port) await end(line);
    },
  };
}
