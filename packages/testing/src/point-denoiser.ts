/** The denoiser of a data set of one point: it answers that point, whatever the noise. */
import type { Denoiser } from '@tweedie/core';

/** Always a fresh copy of `point`, repeated over the rows. */
export function pointDenoiser(point: readonly number[]): Denoiser<undefined, Float64Array> {
  return (x) => Float64Array.from(x, (_, i) => point[i % point.length] ?? 0);
}
