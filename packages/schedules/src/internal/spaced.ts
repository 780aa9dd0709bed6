/**
 * `count` numbers at equal distances from `from` to `to`, both included; a single one is `from`. Rounded as numpy's `linspace`:
 * which training index a half goes to depends on the last bit.
 */
export function spaced(from: number, to: number, count: number): number[] {
  const step = (to - from) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === 0 ? from : i === count - 1 ? to : from + i * step));
}
