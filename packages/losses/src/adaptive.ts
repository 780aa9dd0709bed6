/**
 * The adaptive noise schedule: log-SNR λ is drawn with a density proportional to what the objective loses there,
 *
 *     p(λ) ∝ E[½·w(λ)·‖ε̂ − ε‖²]
 *
 * so that the weighted loss divided by the density, which is what is averaged, has the same size at every noise level. The objective does not
 * change, its variance falls. Kingma & Gao 2023 (arXiv 2303.00848), "adaptive noise schedules". Log-SNR is cut into bins, each with an exponential moving
 * average of its losses; until every bin has one, times are uniform.
 */
import { invalid, type NoiseSchedule, type TimeSampler } from '@tweedie/core';
import { drawn } from './drawn.js';
import { fits, mixes } from './internal/bins.js';
import { binOf, histogram } from './internal/histogram.js';
import { inside } from './internal/inside.js';
import { counted } from './internal/positive.js';
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
  const [clean, noisy] = [schedule.logSnr(0), schedule.logSnr(1)];
  if (!(Math.abs(clean) < Infinity && Math.abs(noisy) < Infinity))
    throw invalid(
      'schedule-infinite',
      `\`schedule\` must have finite log-SNRs at both ends, got ${clean} and ${noisy}; wrap it in \`clamped(schedule, { min: -10, max: 10 })\``,
    );
  const range = clean - noisy;
  const zeros: readonly number[] = new Array<number>(bins).fill(0);
  const none: AdaptiveMemory = { losses: zeros, counts: zeros };
  const place = (t: number) => (clean - schedule.logSnr(t)) / range;
  /** Log-SNR per unit of time, as a share of the range. */
  const speed = (t: number) => -schedule.slope(inside(t)) / range;
  return {
    draw(key, count, { losses, counts } = none) {
      fits(losses.length, bins);
      if (!counts.every((n) => n > 0)) return { times: base.draw(key, count).times };
      const over = histogram(
        losses.map((sum, i) => sum / (counts[i] ?? 1)),
        mixing,
      );
      const times = {
        quantile: (p: number) => schedule.time(clean - range * over.quantile(p)),
        density: (t: number) => over.density(place(t)) * speed(t),
      };
      return drawn(times, { undo: true, base }).draw(key, count);
    },
    observe(times, losses, memory = none) {
      fits(memory.losses.length, bins);
      const next = { losses: [...memory.losses], counts: [...memory.counts] };
      times.forEach((t, i) => {
        const loss = (losses[i] ?? Number.NaN) / speed(t);
        if (!Number.isFinite(loss)) return;
        const bin = binOf(place(t), bins);
        const average = (sums: number[], value: number) => {
          sums[bin] = decay * (sums[bin] ?? 0) + (1 - decay) * value;
        };
        average(next.losses, loss);
        average(next.counts, 1);
      });
      return next;
    },
  };
}
