/** Comparison with goldens: an element passes if it is within `abs` or within `rel` of the expected one. */
import type { Json } from './golden-file.js';
import { numbers } from './read.js';

/** How close an element has to be; 0 asks for equality. */
export interface Tolerance {
  readonly abs?: number;
  readonly rel?: number;
}

/** What was computed, and what the peer has: a golden value, or numbers already read. */
export type Pair = readonly [actual: number | ArrayLike<number>, expected: Json | Float64Array];

/**
 * What differs, in words, or undefined when all is within the tolerance. NaN equals NaN, and infinities equal themselves.
 * @throws TypeError if the expected value holds no number at all
 */
export function difference([given, golden]: Pair, { abs = 0, rel = 0 }: Tolerance): string | undefined {
  const expected = golden instanceof Float64Array ? golden : numbers(golden);
  const actual = typeof given === 'number' ? [given] : Array.from(given);
  if (expected.length === 0) throw new TypeError('there is nothing to compare with');
  if (actual.length !== expected.length) return `${actual.length} elements, expected ${expected.length}`;
  let worst: { readonly index: number; readonly excess: number } | undefined;
  let failures = 0;
  expected.forEach((want, index) => {
    const error = Math.abs((actual[index] as number) - want);
    const allowed = Number.isFinite(want) ? Math.max(abs, rel * Math.abs(want)) : 0;
    if (Object.is(actual[index], want) || error <= allowed) return;
    failures++;
    const excess = Number.isNaN(error) ? Infinity : error;
    if (worst === undefined || excess > worst.excess) worst = { index, excess };
  });
  if (worst === undefined) return undefined;
  const { index, excess } = worst;
  return `${failures} of ${expected.length} elements differ; the worst, at ${index}, is ${actual[index]}, expected ${expected[index]} (off by ${excess})`;
}
