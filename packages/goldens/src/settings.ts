import type { JsonRecord } from './golden-file.js';
import { number, record } from './read.js';

/**
 * The numbers that a case sets, under names of ours; what it leaves to the peer's defaults is left out. They stand beside its other
 * entries, or in a record of what was passed to the peer (`kwargs`, `sde_kwargs`).
 * @param names our name for each of the peer's, as in `{ beta_min: 'betaMin' }`
 */
export function settings(golden: JsonRecord, names: Readonly<Record<string, string>>): Readonly<Record<string, number>> {
  const passed = Object.entries(golden).flatMap(([key, value]) => (key.endsWith('kwargs') ? [record(value)] : []));
  return Object.fromEntries(
    Object.entries(names).flatMap(([theirs, ours]) => {
      const value = [golden, ...passed].map((each) => each[theirs]).find((each) => each != null);
      return value == null ? [] : [[ours, number(value)]];
    }),
  );
}
