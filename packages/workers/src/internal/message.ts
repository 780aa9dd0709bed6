/**
 * What goes over the line. Each request has an answer of the same `id`; those about a call name it by the `id` that it had.
 * A stream is a call whose answer is `stream`, then one `next` for each value: a generator runs only while one is asked for.
 */
import type { Failure } from './failure.js';

const MARK = '@tweedie/workers';

/** Unlike any other on the same port, of whichever connection. */
export type Id = string;

/** Makes them. */
export function ids(): () => Id {
  const connection = Math.random().toString(36).slice(2);
  let count = 0;
  return () => `${connection}.${count++}`;
}

/** From outside. */
export type Request = { readonly id: Id } & (
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly unknown[];
      /** Index of the argument whose `signal` stayed at home. */
      readonly signal: number | undefined;
    }
  | { readonly kind: 'next' | 'return'; readonly call: Id }
  | { readonly kind: 'abort'; readonly call: Id; readonly reason: Failure }
);

/** From the worker. */
export type Reply = { readonly id: Id } & (
  | { readonly kind: 'value' | 'yielded'; readonly value: unknown }
  | { readonly kind: 'stream' | 'done' }
  | { readonly kind: 'failed'; readonly failure: Failure }
);

/** To a port that drops what comes too early: is somebody there, yes, then talk over this one. */
export type Greeting = { readonly kind: 'hello' | 'ready' } | { readonly kind: 'line'; readonly port: MessagePort };

/** A message as it travels, so that others may use the same port. */
export function sealed(message: Request | Reply | Greeting): unknown {
  return { sender: MARK, message };
}

/** The message in what came, or undefined for a stranger's. */
export function opened<Message extends Request | Reply>(envelope: unknown): Message | Greeting | undefined {
  if (typeof envelope !== 'object' || envelope === null || !('sender' in envelope) || envelope.sender !== MARK) return undefined;
  return 'message' in envelope ? (envelope.message as Message | Greeting) : undefined; // the mark is only on what `sealed` made
}
