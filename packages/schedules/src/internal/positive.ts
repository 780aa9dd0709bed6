import { invalid } from './invalid.js';

/** Refuses, by name and with `code`, an option that is not positive and finite. */
export function positive(options: Readonly<Record<string, number>>, code: string): void {
  for (const [name, value] of Object.entries(options))
    if (!(value > 0 && value < Infinity)) throw invalid(code, `\`${name}\` must be positive and finite, got ${value}`);
}
