/**
 * Node 23 removed functions of `util` that tfjs-node 4.22.0 still calls (nodejs/node#52744; tensorflow/tfjs#8425 mends it in a
 * version that has not been released). `isArray` is still there in Node 26, deprecated.
 */
type Test = (value: unknown) => boolean;

const functions: Readonly<Record<string, Test>> = {
  isArray: Array.isArray,
  isNullOrUndefined: (value) => value === undefined || value === null,
};

/** Names of what tfjs-node calls and this Node lacks. */
export function removedFunctions(): readonly string[] {
  const util = process.getBuiltinModule('node:util');
  return Object.keys(functions).filter((name) => !(name in util));
}

/** Puts them back, not to be enumerated. Idempotent. */
export function restoreRemovedFunctions(): void {
  const util = process.getBuiltinModule('node:util');
  for (const name of removedFunctions())
    Object.defineProperty(util, name, { value: functions[name], configurable: true, writable: true, enumerable: false });
}
