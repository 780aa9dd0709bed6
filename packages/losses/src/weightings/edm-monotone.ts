/**
 * The EDM weighting made monotone: held, below each log-SNR, at the largest weight that lies above it,
 *
 *     w(λ) = max over μ ≥ λ of w_EDM(μ)
 *
 * so that the loss is an evidence lower bound of data with noise added. Kingma & Gao 2023 (arXiv 2303.00848), table 1.
 */
import type { Weighting } from '@tweedie/core';
import { type EdmOptions, edmWeight } from '../internal/edm-weight.js';
import { root } from '../internal/root.js';
import { perLogSnr } from './per-log-snr.js';

/**
 * The monotone EDM weighting, per log-SNR.
 * @throws RangeError (`mean-not-finite`), (`sigma-data-not-positive`), (`deviation-not-positive`)
 */
export function edmMonotone(options: EdmOptions = {}): Weighting {
  const weight = edmWeight(options);
  const peaks = edmPeaks(options).map((logSnr) => ({ logSnr, height: weight(logSnr) }));
  return perLogSnr((logSnr) =>
    peaks.reduce((most, peak) => (peak.logSnr > logSnr ? Math.max(most, peak.height) : most), weight(logSnr)),
  );
}

/** The one or two log-SNRs where the weight has a maximum: zeros of `−d ln w/dλ = (λ − m)/s² + 1/(1 + σ_data²·e^λ)`. */
function edmPeaks({ sigmaData = 0.5, mean = -1.2, deviation = 1.2 }: EdmOptions): readonly number[] {
  const [centre, variance] = [-2 * mean, 4 * deviation ** 2];
  const fall = (logSnr: number) => (logSnr - centre) / variance + 1 / (1 + sigmaData ** 2 * Math.exp(logSnr));
  // below `centre − variance` the weight rises, above `centre` it falls; `fall` turns where u + 1/u = s² − 2, u = σ_data²·e^λ
  const turn = variance > 4 ? Math.acosh(variance / 2 - 1) : 0;
  const turns = [-turn, turn].map((offset) => offset - 2 * Math.log(sigmaData));
  const [low, high] = [centre - variance, centre];
  const knots = [low, ...turns.filter((logSnr) => low < logSnr && logSnr < high), high];
  return knots.slice(1).flatMap((right, i) => {
    const left = knots[i] ?? low;
    return fall(left) < 0 && fall(right) >= 0 ? [root(fall, left, right)] : [];
  });
}
