/** Small arithmetic that the tests share. */

/** The largest difference of two arrays; NaN if any element is, Infinity for other lengths. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((worst, x, i) => {
    const error = Math.abs(x - (b[i] ?? Number.NaN));
    return error > worst || Number.isNaN(error) ? error : worst;
  }, 0);
}

/** The difference relative to the expected value where that is above 1, absolute below. */
export function relative(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
}
