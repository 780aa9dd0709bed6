/** The functions of a worker, and what they are from outside: the same, with a promise where there was a result. */
import type { Moved } from './moved.js';

/** What a worker does, by name: functions, asynchronous ones, and generators, of arguments that can be cloned. */
export type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The values of a generator in a worker. It rests until the next one is asked for, and ends when the loop is left. */
export interface Stream<T> extends AsyncIterable<T> {
  next(): Promise<IteratorResult<T, void>>;
  return(): Promise<IteratorResult<T, void>>;
  [Symbol.asyncIterator](): Stream<T>;
}

/** Handlers as they are called from outside. Arguments may be `moved`; results and values that were moved arrive as they are. */
export type Calls<H> = { readonly [Name in keyof H]: Call<H[Name]> };

type Call<Handler> = Handler extends (...args: infer Args) => infer Result
  ? (...args: { [K in keyof Args]: Args[K] | Moved<Args[K]> }) => Answer<Awaited<Result>>
  : never;

// In brackets, so that a union is one result; `never` would be everything.
type Answer<Result> = [Result] extends [never]
  ? Promise<never>
  : [Result] extends [AsyncIterable<infer T>]
    ? Stream<Arrived<T>>
    : Promise<Arrived<Result>>;

type Arrived<T> = T extends Moved<infer Value> ? Value : T;
