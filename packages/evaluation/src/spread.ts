/**
 * How diverse a set of feature vectors is: the mean Euclidean distance between two different ones of them, over the pairs that count,
 * such as those of one class. 0 if all are the same.
 */
import { invalid } from '@tweedie/core';
import { type FeatureRows, rowCount, rowDistance } from './feature-rows.js';

/**
 * The mean distance over pairs of rows.
 * @param counts whether the pair of rows i and j counts; default all
 * @throws RangeError (`rows-uneven`), (`pairs-missing`) if no pair counts
 */
export function spread(features: FeatureRows, counts: (i: number, j: number) => boolean = () => true): number {
  const rows = rowCount(features);
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < i; j++) {
      if (!counts(i, j)) continue;
      sum += rowDistance(features, i, features, j);
      pairs++;
    }
  if (pairs === 0) throw invalid('pairs-missing', 'at least one pair of rows must count, and none does');
  return sum / pairs;
}
