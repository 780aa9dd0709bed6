import type { ForwardProcess } from '@tweedie/core';

/** The largest absolute log-SNR at which a weight is taken: beyond, it may be 0·∞. */
export const LARGEST = 50;

/** The log-SNRs of a process, cut to those at which a weight is taken. */
export function weighedRange({ schedule }: ForwardProcess): { readonly min: number; readonly max: number } {
  return { min: Math.max(-LARGEST, schedule.logSnr(1)), max: Math.min(LARGEST, schedule.logSnr(0)) };
}
