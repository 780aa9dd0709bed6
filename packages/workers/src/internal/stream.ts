/** A generator over there as an iterator here. */
import type { Stream } from '../handlers.js';
import type { Reply } from './message.js';

interface Source {
  /** Resolves once the call has been taken as a stream. */
  readonly accepted: Promise<unknown>;
  readonly ask: (kind: 'next' | 'return') => Promise<Reply>;
  readonly begin: () => () => void;
  readonly lead: number;
  readonly signal: AbortSignal | undefined;
}

const OVER = { done: true, value: undefined } as const;

export function streamFrom({ accepted, ask, begin, lead, signal }: Source): Stream<unknown> {
  const ahead: Promise<Reply>[] = [];
  let over = false;
  let finish = () => {};

  /** Asks for as many values as may be made, and waits for the first. */
  async function pull(): Promise<Reply | undefined> {
    signal?.throwIfAborted();
    while (ahead.length <= lead) {
      const reply = accepted.then(() => ask('next'));
      reply.catch(() => {}); // told when its turn comes
      ahead.push(reply);
    }
    return ahead.shift();
  }

  function leave(): void {
    over = true;
    finish();
  }

  let begun = false;
  const stream: Stream<unknown> = {
    async next() {
      if (over) return OVER;
      if (!begun) finish = begin();
      begun = true;
      try {
        const reply = await pull();
        if (reply?.kind === 'yielded') return { done: false, value: reply.value };
      } catch (error) {
        leave();
        throw error;
      }
      leave();
      return OVER;
    },
    async return() {
      if (over) return OVER;
      over = true;
      try {
        await accepted;
        if (signal?.aborted !== true) await ask('return');
      } finally {
        finish();
      }
      return OVER;
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}
