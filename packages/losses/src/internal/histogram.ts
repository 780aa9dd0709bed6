import type { TimeDensity } from '../times/drawn.js';

/**
 * The density on (0, 1) with given probabilities of equally wide bins.
 * @param scores proportional to the probabilities but for a share `mixing` that is spread evenly; even too if none is positive
 */
export function histogram(scores: readonly number[], mixing: number): TimeDensity {
  const count = scores.length;
  const total = scores.reduce((sum, score) => sum + score, 0);
  const heights = scores.map((score) => (total > 0 && total < Infinity ? mixing + ((1 - mixing) * score * count) / total : 1));
  return {
    quantile(p) {
      let left = p * count;
      const bin = heights.findIndex((height) => {
        if (left < height) return true;
        left -= height;
        return false;
      });
      return bin < 0 ? 1 : (bin + left / (heights[bin] ?? 1)) / count;
    },
    density: (s) => heights[binOf(s, count)] ?? 1,
  };
}

/** The bin of a place in [0, 1]. */
export function binOf(s: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(s * count)));
}
