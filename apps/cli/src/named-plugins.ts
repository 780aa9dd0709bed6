/** Which modules the command line has named, and which a run needs but was not given: opening someone else's run executes nothing. */
import { invalid } from '@tweedie/core';
import { SCOPES } from './components.js';
import { type ModuleReference, withPlaceholders } from './module-reference.js';
import { importPlugin, pluginOf } from './plugins.js';
import type { Run } from './run-file.js';
import { say } from './say.js';

/** Expressions by flag, and whatever else was asked for. */
export type Flags = object;

/** How a command that opens a run is given the modules of its model again. */
export interface ModelFlags {
  readonly schedule?: string;
  readonly process?: string;
  readonly parameterization?: string;
}

const named: Record<string, string> = {};

/**
 * Imports the modules in the expressions of a command line, and of a file that it asked for.
 * @throws Error (`plugin-missing`, `plugin-export`, `plugin-failed`)
 */
export async function importNamed(flags: Flags): Promise<void> {
  for (const { flag, text, modules } of expressions(flags)) {
    for (const reference of modules) await importPlugin(reference, `--${flag}`);
    if (modules.some(pluginOf)) named[flag] = text;
  }
}

/** The expressions with modules that were imported, by flag: what another thread must import to read them too. */
export function namedPlugins(): Readonly<Record<string, string>> {
  return named;
}

/** Fingerprints of the modules in these expressions, as `run.json` keeps them; nothing if there are none. */
export function fingerprints(flags: Flags): Pick<Run, 'plugins'> {
  const plugins = Object.fromEntries(
    expressions(flags).flatMap(({ modules }) => modules.map((each) => [each.text, pluginOf(each)?.sha256 ?? ''])),
  );
  return Object.keys(plugins).length === 0 ? {} : { plugins };
}

/**
 * Checks that each module in a run's expressions was named again on the command line, and says if one is not as it was.
 * @param parts the run's expressions, by flag
 * @throws Error (`plugin-not-named`); RangeError (`run-differs`) if a flag names another part than the run has
 */
export function expectNamed(folder: string, parts: Flags, flags: Flags, known: Run['plugins'] = {}): void {
  for (const { flag, text, modules } of expressions(parts)) {
    const asked: unknown = Reflect.get(flags, flag);
    if (asked !== undefined && asked !== text)
      throw invalid(
        'run-differs',
        `\`--${flag}\` is ${asked}, but ${folder} has ${JSON.stringify(text)}: leave it out, or give the same`,
      );
    if (asked === undefined && modules.length > 0)
      throw invalid(
        'plugin-not-named',
        `\`--${flag}\` of ${folder} is ${JSON.stringify(text)}, a module, and none is imported because a run names it: if you trust it, give the same --${flag} again`,
        Error,
      );
    for (const each of modules)
      if (known[each.text] !== undefined && known[each.text] !== pluginOf(each)?.sha256)
        say(`${each.text} has changed since ${folder} was begun: it is used as it is now.`);
  }
}

/** Whether an expression for a flag names a module. */
export function namesModule(flag: keyof typeof SCOPES, text: string): boolean {
  return expressions({ [flag]: text }).some(({ modules }) => modules.length > 0);
}

function expressions(flags: Flags): readonly { flag: string; text: string; modules: readonly ModuleReference[] }[] {
  return Object.entries(SCOPES).flatMap(([flag, scope]) => {
    const texts: readonly unknown[] = [Reflect.get(flags, flag)].flat();
    return texts
      .filter((text) => typeof text === 'string')
      .map((text) => {
        const { modules } = withPlaceholders(text, (name) => name === 'Infinity' || Object.hasOwn(scope, name));
        return { flag, text, modules: Object.values(modules) };
      });
  });
}
