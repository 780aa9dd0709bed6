/** Records of options that a run completes by what only it knows. */

/**
 * A factory that is given `known` wherever its options do not say otherwise. What it asks for is asked of the given record, so that a
 * misspelt option is still noticed.
 */
export function completed<T>(factory: (options: never) => T, known: object): (given?: object) => T {
  return (given = {}) => {
    const names = new Set([...Object.keys(known), ...Object.keys(given)]);
    const options = new Proxy(Object.fromEntries([...names].map((name) => [name, undefined])), {
      get: (_, name) => Reflect.get(given, name) ?? Reflect.get(known, name),
    });
    return Reflect.apply(factory, undefined, [options]);
  };
}
