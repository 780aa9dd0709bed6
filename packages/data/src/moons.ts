/** Two interleaving half circles, one with its middle at the origin and one at (1, ½), as in scikit-learn's `make_moons`. */
import { type Key, normals, split, uniform } from '@tweedie/core';
import type { PointSource } from './points.js';

/** Two moons with Gaussian noise of standard deviation `noise`, default 0.05. */
export function moons(options: { readonly noise?: number } = {}): PointSource {
  const { noise = 0.05 } = options;
  return {
    dimensions: 2,
    points: (key, count, first = 0) => {
      const [choiceKey, noiseKey] = split(key) as [Key, Key];
      const choices = uniform(choiceKey, 2 * count, 2 * first);
      const jitter = normals(noiseKey, 2 * count, 2 * first);
      const points = new Float64Array(2 * count);
      for (let i = 0; i < 2 * count; i += 2) {
        const upper = (choices[i] ?? 0) < 0.5;
        const angle = Math.PI * (choices[i + 1] ?? 0);
        points[i] = (upper ? Math.cos(angle) : 1 - Math.cos(angle)) + noise * (jitter[i] ?? 0);
        points[i + 1] = (upper ? Math.sin(angle) : 0.5 - Math.sin(angle)) + noise * (jitter[i + 1] ?? 0);
      }
      return points;
    },
  };
}
