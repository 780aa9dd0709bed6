/** Where a function that does not fall passes zero between `low` and `high`, by bisection to the last digit. */
export function root(rising: (x: number) => number, low: number, high: number): number {
  let [below, above] = [low, high];
  for (;;) {
    const middle = (below + above) / 2;
    if (!(below < middle && middle < above)) return above;
    if (rising(middle) < 0) below = middle;
    else above = middle;
  }
}
