/** Errors in messages: name, message, code, cause and the stack of the thread where it was thrown. Structured cloning drops some of these. */

/** An error as plain data, or another thing that was thrown. */
export type Failure =
  | { readonly kind: 'thrown'; readonly value: unknown }
  | {
      readonly kind: 'error' | 'exception';
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly code: string | number | undefined;
      readonly cause: Failure | undefined;
    };

/** Of a chain of causes, the rest is left out: it may be a circle. */
const DEPTH = 8;

/** What was thrown, as data that any port can send. */
export function failureOf(thrown: unknown, depth: number = DEPTH): Failure {
  if (!(thrown instanceof Error)) return { kind: 'thrown', value: cloneable(thrown) ? thrown : String(thrown) };
  const { name, message, stack, cause } = thrown;
  const code = 'code' in thrown && (typeof thrown.code === 'string' || typeof thrown.code === 'number') ? thrown.code : undefined;
  return {
    kind: thrown instanceof DOMException ? 'exception' : 'error',
    name,
    message,
    stack,
    code,
    cause: cause === undefined || depth === 0 ? undefined : failureOf(cause, depth - 1),
  };
}

const CLASSES = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

/** The error again: of its own class if that is JavaScript's, with the stack from over there. */
export function thrownOf(failure: Failure): unknown {
  if (failure.kind === 'thrown') return failure.value;
  const { kind, name, message, stack, code, cause } = failure;
  if (kind === 'exception') return defined(new DOMException(message, name), { stack });
  const Kind = Object.entries(CLASSES).find(([known]) => known === name)?.[1] ?? Error;
  return defined(new Kind(message), { name, stack, code, cause: cause && thrownOf(cause) });
}

/** As properties that are not listed, like those of every error; a code is listed, as those of Tweedie's errors are. */
function defined(error: Error, properties: Readonly<Record<string, unknown>>): Error {
  for (const [name, value] of Object.entries(properties))
    if (value !== undefined && Reflect.get(error, name) !== value)
      Object.defineProperty(error, name, { value, enumerable: name === 'code', configurable: true, writable: true });
  return error;
}

function cloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
