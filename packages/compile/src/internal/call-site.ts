/** Where user code called an operation of TensorFlow.js. */
import { type CodedError, invalid } from '@tweedie/core';

const NOT_USERS =
  /@tensorflow[\\/]|node:|[\\/]core[\\/]dist[\\/]gradient-configs|[\\/]compile[\\/](src|dist)[\\/](internal[\\/]|trace\.[jt]s)/;

/** The innermost stack frame outside TensorFlow.js and tracing, as `file:line:column`. */
export function callSite(stack: string = new Error().stack ?? ''): string {
  const frame = stack.split('\n').find((line) => /:\d+:\d+/.test(line) && !NOT_USERS.test(line));
  return frame?.match(/\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/)?.[1] ?? 'an unknown place';
}

/** An operation that cannot be compiled, with the place that called it. */
export function unsupported(what: string, stack?: string): CodedError {
  return invalid(
    'kernel-unsupported',
    `${what} has no compiled form, called at ${callSite(stack)}: run it eagerly, or compose it of other operations`,
    TypeError,
  );
}
