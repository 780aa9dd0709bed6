/**
 * The linear assignment problem, `min Σᵢ c(i, π(i))` over permutations π, by shortest augmenting paths: rows enter one by one,
 * each along the path of least reduced cost `c(i, j) − uᵢ − vⱼ ≥ 0` to a free column. Exact, O(n³). Jonker & Volgenant 1987
 * (Computing 38); Crouse 2016 (doi 10.1109/TAES.2016.140952).
 */
import { invalid } from '@tweedie/core';

/** An assignment and the prices that prove it the best: `uᵢ + vⱼ ≤ c(i, j)`, with equality on the pairs of the assignment. */
export interface Assignment {
  /** For each row the column that it is assigned to. */
  readonly columns: Int32Array;
  /** `u`, of rows. */
  readonly rowPrices: Float64Array;
  /** `v`, of columns. */
  readonly columnPrices: Float64Array;
}

/**
 * The best assignment.
 * @param costs `[count × count]` by rows; +Infinity forbids a pair
 * @throws RangeError (`costs-mismatch`) unless there are `count²` costs, (`assignment-impossible`) if the finite ones admit none
 */
export function linearAssignment(costs: ArrayLike<number>, count: number): Assignment {
  if (costs.length !== count * count)
    throw invalid('costs-mismatch', `\`costs\` must be ${count}×${count} numbers, got ${costs.length}`);
  const u = new Float64Array(count);
  const v = new Float64Array(count);
  const rowOf = new Int32Array(count).fill(-1);
  const columnOf = new Int32Array(count).fill(-1);
  const distance = new Float64Array(count);
  const before = new Int32Array(count); // the row from which a column was reached
  // most rows find their place at once: each column offers itself to the row of its least cost
  for (let j = 0; j < count; j++) {
    let cheapest = 0;
    for (let i = 1; i < count; i++) if ((costs[i * count + j] ?? 0) < (costs[cheapest * count + j] ?? 0)) cheapest = i;
    const least = costs[cheapest * count + j] ?? 0;
    if (!Number.isFinite(least)) throw impossible(`column ${j}`);
    v[j] = least;
    if ((columnOf[cheapest] ?? 0) >= 0) continue;
    columnOf[cheapest] = j;
    rowOf[j] = cheapest;
  }
  for (let entering = 0; entering < count; entering++) {
    if ((columnOf[entering] ?? 0) >= 0) continue;
    distance.fill(Number.POSITIVE_INFINITY);
    const open = Int32Array.from({ length: count }, (_, j) => j); // columns, those already left at the end
    let opened = count;
    let row = entering;
    let length = 0; // of the path so far
    let column = -1;
    while (row >= 0) {
      const base = length - (u[row] ?? 0);
      let place = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let k = 0; k < opened; k++) {
        const j = open[k] ?? 0;
        const through = base + (costs[row * count + j] ?? 0) - (v[j] ?? 0);
        if (through < (distance[j] ?? 0)) {
          distance[j] = through;
          before[j] = row;
        }
        const reached = distance[j] ?? 0;
        if (reached < least || (reached === least && rowOf[j] === -1)) [least, place] = [reached, k];
      }
      if (!Number.isFinite(least)) throw impossible(`row ${entering}`);
      length = least;
      column = open[place] ?? 0;
      opened--;
      [open[place], open[opened]] = [open[opened] ?? 0, column];
      row = rowOf[column] ?? -1;
    }
    u[entering] = (u[entering] ?? 0) + length;
    for (const left of open.subarray(opened + 1)) {
      const change = length - (distance[left] ?? 0);
      const at = rowOf[left] ?? 0;
      u[at] = (u[at] ?? 0) + change;
      v[left] = (v[left] ?? 0) - change;
    }
    while (column >= 0) {
      const from = before[column] ?? 0;
      const freed = columnOf[from] ?? -1;
      rowOf[column] = from;
      columnOf[from] = column;
      column = from === entering ? -1 : freed;
    }
  }
  return { columns: columnOf, rowPrices: u, columnPrices: v };
}

function impossible(what: string): Error {
  return invalid('assignment-impossible', `no assignment has finite costs only: there is none for ${what}`);
}
