import { invalid } from './invalid.js';

/** Checks that every number of a record is finite and not negative. */
export function notNegative(values: Readonly<Record<string, number>>, code: string): void {
  for (const [name, value] of Object.entries(values))
    if (!(value >= 0 && value < Infinity)) throw invalid(code, `\`${name}\` must be finite and not negative, got ${value}`);
}
