/** Records of options that know which of their entries were asked for, so that a misspelt one does not pass in silence. */
import { invalid } from '@tweedie/core';

/** A record to give to a factory, and the names of the entries that were asked for, there or not. */
export interface Watched {
  readonly options: object;
  readonly asked: () => readonly string[];
}

/** `record`, watched. */
export function watched(record: Readonly<Record<string, unknown>>): Watched {
  const names = new Set<string>();
  const options = new Proxy(record, {
    get(target, name) {
      if (typeof name === 'string') names.add(name);
      return Reflect.get(target, name);
    },
  });
  return { options, asked: () => [...names] };
}

/** @throws RangeError (`option-unknown`) if one of the `given` names was not asked for */
export function expectAsked(what: string, owner: string, given: readonly string[], asked: readonly string[]): void {
  const stray = given.find((name) => !asked.includes(name));
  if (stray !== undefined)
    throw invalid(
      'option-unknown',
      `\`${what}\`: ${owner} has no option ${stray}; it has ${asked.toSorted().join(', ') || 'none'}`,
    );
}

/** Completes the record of an outermost call by entries that need not be written, and knows which of them were asked for. */
export interface Completing {
  /** As `supply` of an expression's reading. */
  readonly supply: (given: readonly unknown[]) => readonly unknown[];
  readonly asked: () => readonly string[];
  /** @throws RangeError (`option-unknown`) if a written entry was not asked for */
  expectAsked(what: string, owner: string): void;
}

/** Completes a record by `common`; what is written goes before it. */
export function completing(common: Readonly<Record<string, unknown>>): Completing {
  let options = watched(common);
  let written: readonly string[] = [];
  return {
    supply: ([given = {}]) => {
      if (typeof given !== 'object' || given === null) return [given];
      written = Object.keys(given);
      options = watched({ ...common, ...given });
      return [options.options];
    },
    asked: () => options.asked(),
    expectAsked: (what, owner) => expectAsked(what, owner, written, options.asked()),
  };
}
