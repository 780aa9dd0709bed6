/** `tweedie parts`: the names that expressions are made of. */
import { invalid } from '@tweedie/core';
import * as data from '@tweedie/data';
import { SCOPES } from '../components.js';

const WIDTH = 80;
const ALL = { data, ...SCOPES };

/**
 * Prints the names for one flag, or for each.
 * @throws RangeError (`part-unknown`)
 */
export function partsCommand(asked: string | undefined): void {
  const flag = asked?.replace(/^--/, '');
  const wanted = Object.entries(ALL).filter(([name]) => flag === undefined || name === flag);
  if (wanted.length === 0) throw invalid('part-unknown', `the part must be one of ${Object.keys(ALL).join(', ')}, got ${asked}`);
  for (const [name, scope] of wanted) process.stdout.write(`--${name}\n${folded(Object.keys(scope).toSorted())}\n`);
}

function folded(words: readonly string[]): string {
  const lines = [''];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length + 2 > WIDTH) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last === '' ? ' ' : last} ${word}`;
  }
  return lines.join('\n');
}
