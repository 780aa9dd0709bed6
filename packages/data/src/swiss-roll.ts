/** A spiral `r(θ)·(cos θ, sin θ)` of 1½ turns, `r = θ/(4.5π)`, θ from 1.5π to 4.5π: the flat view of the Swiss roll, in the unit disc. */
import { type Key, normals, split, uniform } from '@tweedie/core';
import type { PointSource } from './points.js';

/** A spiral with Gaussian noise of standard deviation `noise`, default 0.02. */
export function swissRoll(options: { readonly noise?: number } = {}): PointSource {
  const { noise = 0.02 } = options;
  return {
    dimensions: 2,
    points: (key, count, first = 0) => {
      const [angleKey, noiseKey] = split(key) as [Key, Key];
      const turns = uniform(angleKey, count, first);
      const jitter = normals(noiseKey, 2 * count, 2 * first);
      const points = new Float64Array(2 * count);
      turns.forEach((turn, i) => {
        const angle = 1.5 * Math.PI * (1 + 2 * turn);
        const radius = angle / (4.5 * Math.PI);
        points[2 * i] = radius * Math.cos(angle) + noise * (jitter[2 * i] ?? 0);
        points[2 * i + 1] = radius * Math.sin(angle) + noise * (jitter[2 * i + 1] ?? 0);
      });
      return points;
    },
  };
}
