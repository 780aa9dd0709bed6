/** The census: every golden case is either run by a test or listed with a reason, and never both. */
import { type Exception, matcher } from './parity.js';

/**
 * What is wrong, in one line each; empty when the books balance.
 * @param all ids of all cases, `file#case`
 * @param run ids of the cases that passed in a test
 * @param exceptions the rows of the page
 */
export function census(all: readonly string[], run: ReadonlySet<string>, exceptions: readonly Exception[]): readonly string[] {
  const rows = exceptions.map(({ pattern }) => ({ pattern, names: matcher(pattern) }));
  const cases = all.flatMap((id) => {
    const listed = rows.filter(({ names }) => names(id));
    if (run.has(id)) return listed.map(({ pattern }) => `${id} is run, but listed as \`${pattern}\``);
    if (listed.length > 1) return [`${id} is listed ${listed.length} times`];
    return listed.length === 1 ? [] : [`${id} is neither run nor listed`];
  });
  const stale = rows.filter(({ names }) => !all.some(names)).map(({ pattern }) => `\`${pattern}\` names no case`);
  return [...cases, ...stale];
}
