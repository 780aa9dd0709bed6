/** The last time before 1 in float64. */
const LAST = 1 - 2 ** -53;
/** A time so small that no schedule's log-SNR, but whose slope still is a number. */
const FIRST = 2 ** -200;

/** A time, or a probability, kept off 0 and 1, where a schedule's log-SNR and slope may be infinite. */
export function inside(t: number): number {
  return Math.min(LAST, Math.max(FIRST, t));
}
