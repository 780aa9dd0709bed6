import type { GaussianMixture } from '@tweedie/testing';
import type { GoldenCase, GoldenHeader } from './golden-file.js';
import { list, number, numbers, record, text } from './read.js';

/** The data distribution of a case; with `y`, its component of that number alone. */
export function mixtureOf(golden: GoldenCase, header: GoldenHeader, options: { readonly y?: number } = {}): GaussianMixture {
  const { weights, means, covs } = record(record(header.mixtures)[text(golden.mixture)]);
  const all = {
    weights: list(weights).map(number),
    means: list(means).map((mean) => [number(list(mean)[0]), number(list(mean)[1])] as const),
    covariances: list(covs).map((cov) => {
      const [xx = 0, xy = 0, , yy = 0] = numbers(cov);
      return [xx, xy, yy] as const;
    }),
  };
  const { y } = options;
  if (y === undefined) return all;
  return { weights: [1], means: all.means.slice(y, y + 1), covariances: all.covariances.slice(y, y + 1) };
}
