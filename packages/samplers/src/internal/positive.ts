import { invalid } from './invalid.js';

/** Checks that every number of a record is positive and finite. */
export function positive(values: Readonly<Record<string, number>>, code: string): void {
  for (const [name, value] of Object.entries(values))
    if (!(value > 0 && value < Infinity)) throw invalid(code, `\`${name}\` must be positive and finite, got ${value}`);
}
