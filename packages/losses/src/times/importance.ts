/**
 * Training times drawn where the loss is large, `p(t) ∝ √E[L_t²]`, and each loss divided by `p(t)`, so that the objective stays
 * what it was and its variance falls. Nichol & Dhariwal 2021 (arXiv 2102.09672), section 3.3. Time is cut into bins, each with a
 * history of its last losses; until every history is full times are uniform, and a small share of them always is.
 */
import type { TimeSampler } from '@tweedie/core';
import { fits, mixes } from '../internal/bins.js';
import { counted } from '../internal/checks.js';
import { binOf, histogram } from '../internal/histogram.js';
import { drawn } from './drawn.js';
import { stratified } from './stratified.js';

/** The last losses of each bin, oldest first. Plain JSON. */
export interface ImportanceMemory {
  readonly history: readonly (readonly number[])[];
}

/**
 * Importance sampling of times by the second moment of the losses.
 * @param options.bins equal parts of time. Default 100
 * @param options.history losses kept for each. Default 10
 * @param options.mixing share of uniform times, above 0. Default 0.001
 * @param options.base where the uniform numbers come from. Default {@link stratified}
 * @throws RangeError (`bins-not-positive`), (`history-not-positive`), (`mixing-out-of-range`); from use (`memory-mismatch`)
 */
export function importance(
  options: { readonly bins?: number; readonly history?: number; readonly mixing?: number; readonly base?: TimeSampler } = {},
): TimeSampler<ImportanceMemory> {
  const { bins = 100, history: length = 10, mixing = 0.001, base = stratified() } = options;
  counted({ bins, history: length });
  mixes(mixing);
  const none: ImportanceMemory = { history: Array.from({ length: bins }, () => []) };
  return {
    draw(key, count, { history } = none) {
      fits(history.length, bins);
      const warm = history.every((losses) => losses.length === length);
      const scores = history.map((losses) => Math.hypot(...losses));
      return drawn(histogram(warm ? scores : scores.map(() => 1), mixing), { undo: true, base }).draw(key, count);
    },
    observe(times, losses, { history } = none) {
      fits(history.length, bins);
      const next = history.map((kept) => [...kept]);
      times.forEach((t, i) => {
        const loss = losses[i] ?? Number.NaN;
        if (Number.isFinite(loss)) next[binOf(t, bins)]?.push(loss);
      });
      return { history: next.map((kept) => kept.slice(-length)) };
    },
  };
}
