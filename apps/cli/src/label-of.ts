/** The label of a class that the command line asks for. */
import { invalid } from '@tweedie/core';
import { classNamesOf, type DataSpec } from './data.js';

/**
 * The label of a class, asked for by its name, or by its number where no class has that name.
 * @throws RangeError (`class-unknown`)
 */
export function labelOf(asked: string, data: DataSpec, run: string): number {
  const names = classNamesOf(data);
  if (names.length === 0) throw invalid('class-unknown', `\`--class\` is for models of classes, and ${run} has none`);
  const named = names.indexOf(asked.normalize('NFC'));
  if (named >= 0) return named;
  const number = /^\d+$/.test(asked) ? Number(asked) : names.length;
  if (number < names.length) return number;
  throw invalid(
    'class-unknown',
    `\`--class\` must be one of ${names.join(', ')}, or a number from 0 to ${names.length - 1}, got ${asked}`,
  );
}
