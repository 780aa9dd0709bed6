import { invalid } from './invalid.js';

/** An end of the range that a grid divides, or a RangeError (`grid-infinite`): even steps from infinity would be a guess. */
export function finite(logSnr: number, where: string): number {
  if (!Number.isFinite(logSnr))
    throw invalid(
      'grid-infinite',
      `the grid needs a finite log-SNR at ${where}, got ${logSnr}; wrap the schedule in \`clamped(schedule, { min: -10, max: 10 })\`, or give the levels yourself with \`explicit\``,
    );
  return logSnr;
}
