/** A denoiser on plain numbers as a {@link Model}: exact densities in float64. */
import { type Denoiser, invalid, type NoiseLevel } from '@tweedie/core';
import type { Model } from './model.js';

/** The derivative of a denoiser at `x` along a direction, both flat: `Jp`, example by example. */
export type Directional = (x: Float64Array, level: NoiseLevel, direction: Float64Array) => Float64Array;

/**
 * A denoiser on flat float64 numbers.
 * @param options.dimensions numbers per example, a positive integer
 * @param options.derivative needed where a density is asked for
 * @throws RangeError (`dimensions-not-positive`); from the model (`batch-ragged`) for values that are no whole number of examples, and
 * (`derivative-not-given`)
 */
export function plainModel(
  denoiser: Denoiser<undefined, Float64Array>,
  options: { readonly dimensions: number; readonly derivative?: Directional },
): Model<Float64Array> {
  const { dimensions, derivative } = options;
  if (!Number.isInteger(dimensions) || dimensions < 1)
    throw invalid('dimensions-not-positive', `\`dimensions\` must be a positive integer, got ${dimensions}`);
  return (values) => {
    const examples = values.length / dimensions;
    if (!Number.isInteger(examples))
      throw invalid('batch-ragged', `a batch must hold examples of ${dimensions} numbers each, got ${values.length} numbers`);
    return {
      examples,
      values,
      restore: (result) => result,
      estimate(x, level, probes) {
        const traces = new Float64Array(examples);
        for (const probe of probes) {
          if (derivative === undefined)
            throw invalid('derivative-not-given', 'a density needs the `derivative` of the denoiser, which was not given');
          derivative(x, level, probe).forEach((value, i) => {
            const row = Math.floor(i / dimensions);
            traces[row] = (traces[row] ?? 0) + (value * (probe[i] ?? 0)) / probes.length;
          });
        }
        return { x0: denoiser(x, level, undefined), traces };
      },
    };
  };
}
