/** A uniform distribution on every other square of a board: sharp edges and empty squares, hard for a smooth model. */
import { invalid, uniform } from '@tweedie/core';
import type { PointSource } from './points.js';

/**
 * A board of `squares`×`squares` on [−1, 1]², default 4; the square at the lower left is filled.
 * @throws RangeError (`squares-not-positive`)
 */
export function checkerboard(options: { readonly squares?: number } = {}): PointSource {
  const { squares = 4 } = options;
  if (!Number.isInteger(squares) || squares < 1)
    throw invalid('squares-not-positive', `\`squares\` must be a positive integer, got ${squares}`);
  const filled = Array.from({ length: squares ** 2 }, (_, i) => [i % squares, Math.floor(i / squares)] as const).filter(
    ([column, row]) => (column + row) % 2 === 0,
  );
  return {
    dimensions: 2,
    points: (key, count, first = 0) => {
      const choices = uniform(key, 3 * count, 3 * first);
      const points = new Float64Array(2 * count);
      for (let i = 0; i < count; i++) {
        const [column, row] = filled[Math.floor((choices[3 * i] ?? 0) * filled.length)] ?? [0, 0];
        points[2 * i] = (2 * (column + (choices[3 * i + 1] ?? 0))) / squares - 1;
        points[2 * i + 1] = (2 * (row + (choices[3 * i + 2] ?? 0))) / squares - 1;
      }
      return points;
    },
  };
}
