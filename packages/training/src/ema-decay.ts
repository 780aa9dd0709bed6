/**
 * How much of the average survives an update. A constant decay remembers the random start for thousands of updates, so the
 * usual choice rises with the number of updates; the first update then copies the parameters.
 *
 * The two ramps are those of the Python library diffusers (its `EMAModel`).
 */
import { invalid } from '@tweedie/core';

/** The decay of update `update`, counted from 1. */
export type Decay = (update: number) => number;

/** Limits of a ramp. */
export interface RampOptions {
  /** Highest decay, from 0 to 1. Default 0.9999. */
  readonly limit?: number;
  /** Lowest decay once the ramp has begun. Default 0. */
  readonly minimum?: number;
  /** Updates that copy the parameters, before the ramp begins. Default 0. */
  readonly after?: number;
}

/**
 * `(1 + k)/(10 + k)` up to `limit`, with k counting updates after the first.
 * @throws RangeError (`decay-out-of-range`)
 */
export function rampedDecay(options: RampOptions = {}): Decay {
  return ramp(options, (k) => (1 + k) / (10 + k));
}

/**
 * `1 − (1 + k/inverseGamma)^−power` up to `limit`: with power 2/3 it reaches 0.999 after 31.6 thousand updates, with 3/4 after 10 thousand.
 * @throws RangeError (`decay-out-of-range`)
 */
export function powerDecay(options: RampOptions & { readonly inverseGamma?: number; readonly power?: number } = {}): Decay {
  const { inverseGamma = 1, power = 2 / 3 } = options;
  return ramp(options, (k) => 1 - (1 + k / inverseGamma) ** -power);
}

/**
 * The constant decay that halves the weight of the past every `updates` updates.
 * @throws RangeError (`half-life-not-positive`)
 */
export function halfLife(updates: number): Decay {
  if (!(updates > 0)) throw invalid('half-life-not-positive', `\`updates\` must be positive, got ${updates}`);
  const decay = 0.5 ** (1 / updates);
  return () => decay;
}

/**
 * The decay with a half-life that is always the same fraction of the updates made so far, so that the average forgets the
 * beginning at any length of the run: nearly the power-function average of Karras et al. 2023 (arXiv 2312.02696).
 * @param fraction positive; 0.03 averages over about the last twentieth
 * @throws RangeError (`half-life-not-positive`)
 */
export function relativeHalfLife(fraction: number): Decay {
  if (!(fraction > 0)) throw invalid('half-life-not-positive', `\`fraction\` must be positive, got ${fraction}`);
  return (update) => 0.5 ** (1 / (fraction * update));
}

/** @internal */
export function checkDecay(name: string, decay: number): void {
  if (!(decay >= 0 && decay <= 1)) throw invalid('decay-out-of-range', `\`${name}\` must be from 0 to 1, got ${decay}`);
}

function ramp({ limit = 0.9999, minimum = 0, after = 0 }: RampOptions, rise: (k: number) => number): Decay {
  checkDecay('limit', limit);
  checkDecay('minimum', minimum);
  return (update) => {
    const k = update - after - 1;
    return k <= 0 ? 0 : Math.max(Math.min(rise(k), limit), minimum);
  };
}
