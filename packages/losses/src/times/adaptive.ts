/**
 * The adaptive noise schedule: log-SNR λ is drawn with a density proportional to what the objective loses there,
 *
 *     p(λ) ∝ E[½·w(λ)·‖ε̂ − ε‖²]
 *
 * so that the weighted loss divided by the density, which is what is averaged, has the same size at every noise level. The
 * objective does not change, its variance falls. Kingma & Gao 2023 (arXiv 2303.00848), "adaptive noise schedules". Log-SNR is cut
 * into bins, each with an exponential moving average of its losses; until every bin has one, log-SNR is drawn evenly. Of losses
 * that may be negative, as bounds on densities are, the size counts.
 */
import { invalid, type NoiseSchedule, type TimeSampler } from '@tweedie/core';
import { fits, mixes } from '../internal/bins.js';
import { counted } from '../internal/checks.js';
import { binOf, histogram } from '../internal/histogram.js';
import { logSnrAxis } from '../internal/log-snr-axis.js';
import { drawn } from './drawn.js';
import { stratified } from './stratified.js';

/** Of each bin, from clean to noisy, the decaying sum of its losses per log-SNR and of their number. Plain JSON. */
export interface AdaptiveMemory {
  readonly losses: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Times that follow the loss over log-SNR.
 * @param options.schedule that of the process which is trained, finite at both ends
 * @param options.bins equal parts of the range of log-SNR. Default 100
 * @param options.decay of a bin's average for each loss it gets, in [0, 1). Default 0.999
 * @param options.mixing share of log-SNRs drawn evenly, above 0. Default 0.001
 * @param options.base where the uniform numbers come from. Default {@link stratified}
 * @throws RangeError (`schedule-infinite`), (`bins-not-positive`), (`decay-out-of-range`), (`mixing-out-of-range`); from use
 * (`memory-mismatch`)
 */
export function adaptive(options: {
  readonly schedule: NoiseSchedule;
  readonly bins?: number;
  readonly decay?: number;
  readonly mixing?: number;
  readonly base?: TimeSampler;
}): TimeSampler<AdaptiveMemory> {
  const { schedule, bins = 100, decay = 0.999, mixing = 0.001, base = stratified() } = options;
  counted({ bins });
  mixes(mixing);
  if (!(decay >= 0 && decay < 1)) throw invalid('decay-out-of-range', `\`decay\` must be at least 0 and below 1, got ${decay}`);
  const { place, speed, timesOf } = logSnrAxis(schedule);
  const zeros: readonly number[] = new Array<number>(bins).fill(0);
  return {
    draw(key, count, { losses, counts } = { losses: zeros, counts: zeros }) {
      fits(losses.length, bins);
      const seen = counts.every((n) => n > 0);
      const averages = losses.map((sum, i) => (seen ? sum / (counts[i] ?? 1) : 0));
      return drawn(timesOf(histogram(averages, mixing)), { undo: true, base }).draw(key, count);
    },
    observe(times, losses, memory = { losses: zeros, counts: zeros }) {
      fits(memory.losses.length, bins);
      const next = { losses: [...memory.losses], counts: [...memory.counts] };
      times.forEach((t, i) => {
        const loss = Math.abs(losses[i] ?? Number.NaN) / speed(t); // per place instead of per time
        if (!Number.isFinite(loss)) return;
        const bin = binOf(place(t), bins);
        next.losses[bin] = decay * (next.losses[bin] ?? 0) + (1 - decay) * loss;
        next.counts[bin] = decay * (next.counts[bin] ?? 0) + (1 - decay);
      });
      return next;
    },
  };
}
