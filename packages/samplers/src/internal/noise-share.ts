import { invalid } from './invalid.js';

/** Checks the `eta` of the family of SDEs that have one marginal: 0 is the probability flow, 1 the reverse SDE. */
export function noiseShare(eta: number): number {
  if (eta >= 0 && eta < Infinity) return eta;
  throw invalid('eta-out-of-range', `\`eta\` must be finite and not negative, got ${eta}`);
}
