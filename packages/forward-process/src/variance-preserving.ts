/**
 * The variance preserving process: `alpha² + sigma² = 1`, so that data of unit variance keep it at every level.
 *
 *     alpha² = sigmoid(λ),   sigma² = sigmoid(−λ);   dx = −½β x dt + √β dw,   β = −λ'(t)·sigma²
 *
 * Ho et al. 2020 (arXiv 2006.11239), eq. 4; Song et al. 2021 (arXiv 2011.13456), eq. 11; in log-SNR Kingma et al. 2021
 * (arXiv 2107.00630), eq. 2–3.
 */
import type { ForwardProcess, NoiseSchedule } from '@tweedie/core';
import { preserved } from './internal/preserved.js';
import { scaled } from './internal/scaled.js';

/** Variance preserving process over `schedule`, from clean data at log-SNR +Infinity to `N(0, I)` at −Infinity. */
export function variancePreserving(schedule: NoiseSchedule): ForwardProcess {
  return scaled(schedule, preserved, (level) => level.sigma ** 2 / 2);
}
