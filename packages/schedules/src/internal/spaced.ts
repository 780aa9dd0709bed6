/** `count` numbers at equal distances from `from` to `to`, both included; a single one is `from`. */
export function spaced(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) =>
    i === 0 ? from : i === count - 1 ? to : from + (i * (to - from)) / (count - 1),
  );
}
