/**
 * The trigonometric process (TrigFlow): data and noise are mixed along a quarter circle, so that data of the deviation
 * `sigmaData` keep it at every level,
 *
 *     alpha = cos θ,   sigma = sigmaData·sin θ,   tan θ = e^(−λ/2)/sigmaData;   d ln alpha/dλ = ½ sin² θ
 *
 * Lu & Song 2024 (arXiv 2410.11081), section 3. Over `shifted(cosine(), 1 / sigmaData)` the angle is `θ = πt/2`.
 */
import { type ForwardProcess, invalid, type NoiseSchedule } from '@tweedie/core';
import { preserved } from './internal/preserved.js';
import { scaled } from './internal/scaled.js';

/**
 * Trigonometric process over `schedule`, from clean data at log-SNR +Infinity to `N(0, sigmaData²)` at −Infinity.
 * @param options.sigmaData standard deviation of the data, positive; 1 by default, which is `variancePreserving`
 * @throws RangeError (`sigma-data-not-positive`) unless the deviation is positive and finite
 */
export function trigonometric(schedule: NoiseSchedule, options: { readonly sigmaData?: number } = {}): ForwardProcess {
  const { sigmaData = 1 } = options;
  if (!(sigmaData > 0 && sigmaData < Infinity))
    throw invalid('sigma-data-not-positive', `\`sigmaData\` must be positive and finite, got ${sigmaData}`);
  const unit = 2 * Math.log(sigmaData);
  const scale = (logSnr: number) => {
    const { alpha, sigma } = preserved(logSnr + unit);
    return { alpha, sigma: sigmaData * sigma };
  };
  return scaled(schedule, scale, ({ sigma }) => (sigma / sigmaData) ** 2 / 2);
}
