/** How samples compare with real ones of the same kind: how far apart the sets are, and how near single samples come to what was learned from. */
import {
  type FeatureRows,
  frechetDistance,
  type Interval,
  jackknife,
  kernelDistance,
  type Measured,
  moments,
  nearestNeighbours,
  rowsAt,
  wilson,
} from '@tweedie/evaluation';

/** Distances from a reference set of real ones. */
export interface Distances {
  readonly frechet: Measured;
  readonly kernel: Measured;
}

/** A set against a reference; compare the result with that of as many real ones, since both depend on the size. */
export function distancesTo(reference: FeatureRows): (set: FeatureRows) => Distances {
  const truth = moments(reference);
  return (set) => ({
    frechet: jackknife(set.values.length / set.columns, (rows) => frechetDistance(moments(rowsAt(set, rows)), truth)),
    kernel: kernelDistance(set, reference),
  });
}

/** How near samples come to training images, beside images that were not trained on. */
export interface Nearness {
  /** Median distance to the nearest training image. */
  readonly median: { readonly samples: number; readonly heldOut: number };
  /** Samples nearer to a training image than all but 1 % of the held-out images are. */
  readonly near: Share;
}

/** A part that was counted, with a 95 % interval. */
export interface Share extends Interval {
  readonly count: number;
  readonly of: number;
}

/** How many of all. */
export function share(count: number, of: number): Share {
  return { count, of, ...wilson(count, of) };
}

const RARE = 0.01;

/** Whether samples are copies: were they new, about 1 % of them would be `near`. */
export async function nearness(samples: FeatureRows, heldOut: FeatureRows, training: FeatureRows): Promise<Nearness> {
  const distances = async (set: FeatureRows) => (await nearestNeighbours(set, training)).distances.sort();
  const [drawn, real] = [await distances(samples), await distances(heldOut)];
  const threshold = quantile(real, RARE);
  return {
    median: { samples: quantile(drawn, 0.5), heldOut: quantile(real, 0.5) },
    near: share(drawn.filter((distance) => distance < threshold).length, drawn.length),
  };
}

function quantile(sorted: Float64Array, part: number): number {
  return sorted[Math.floor(part * sorted.length)] ?? Number.NaN;
}
