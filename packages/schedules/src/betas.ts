/**
 * Tables of betas that published models were trained with, least noisy first, for `fromBetas`. They are written so that the
 * entries equal those of the papers' own code in double precision.
 */
import { counted } from './internal/counted.js';
import { invalid } from './internal/invalid.js';
import { spaced } from './internal/spaced.js';

/** Length and ends of a table of betas. */
export interface BetaTable {
  /** Number of training steps, a positive integer. */
  readonly steps?: number;
  /** First beta, in (0, 1). */
  readonly start?: number;
  /** Last beta, in (0, 1). */
  readonly end?: number;
}

/**
 * Betas evenly spaced from `start` to `end`; Ho et al. 2020 (arXiv 2006.11239): 1000 steps from 1e-4 to 0.02.
 * @throws RangeError (`steps-not-positive`) for a bad `steps`, (`beta-out-of-range`) unless both ends lie between 0 and 1
 */
export function linearBetas({ steps = 1000, start = 1e-4, end = 0.02 }: BetaTable = {}): number[] {
  return spaced(beta('start', start), beta('end', end), counted(steps));
}

/**
 * Betas whose square roots are evenly spaced; latent diffusion, Rombach et al. 2022 (arXiv 2112.10752): 1000 steps from 8.5e-4
 * to 0.012.
 * @throws RangeError as `linearBetas`
 */
export function scaledLinearBetas({ steps = 1000, start = 8.5e-4, end = 0.012 }: BetaTable = {}): number[] {
  return spaced(Math.sqrt(beta('start', start)), Math.sqrt(beta('end', end)), counted(steps)).map((root) => root * root);
}

/**
 * Betas along the logistic function from −6 to 6; Xu et al. 2022 (GeoDiff, arXiv 2203.02923). Not the schedule `sigmoid()`.
 * @throws RangeError as `linearBetas`
 */
export function sigmoidBetas({ steps = 1000, start = 1e-4, end = 0.02 }: BetaTable = {}): number[] {
  const [low, high] = [beta('start', start), beta('end', end)];
  return spaced(-6, 6, counted(steps)).map((z) => low + (high - low) / (1 + Math.exp(-z)));
}

/**
 * Betas of a squared cosine `ᾱ`, shifted by `s` so that the first steps do not vanish; Nichol & Dhariwal 2021
 * (arXiv 2102.09672), eq. 17.
 * @param options.steps number of training steps, a positive integer; 1000 by default
 * @param options.s offset, at least 0; 0.008 by default
 * @param options.max cap on a beta, in (0, 1); 0.999 by default
 * @throws RangeError (`steps-not-positive`) for a bad `steps`, (`offset-out-of-range`) if `s` is negative or not finite,
 * (`beta-out-of-range`) unless `max` lies between 0 and 1
 */
export function cosineBetas(options: { readonly steps?: number; readonly s?: number; readonly max?: number } = {}): number[] {
  const { s = 0.008, ...table } = options;
  if (!(s >= 0 && s < Infinity)) throw invalid('offset-out-of-range', `\`s\` must be finite and not negative, got ${s}`);
  return betasFromAlphaBar((t) => Math.cos((((t + s) / (1 + s)) * Math.PI) / 2) ** 2, table);
}

/**
 * Betas of any `ᾱ(t)`: `β_i = 1 − ᾱ((i + 1)/T)/ᾱ(i/T)`, at most `max`.
 * @param alphaBar positive and strictly decreasing on [0, 1); its own value at 0 need not be 1
 * @param options.steps number of training steps, a positive integer; 1000 by default
 * @param options.max cap that keeps the last step from destroying everything, in (0, 1); 0.999 by default
 * @throws RangeError (`steps-not-positive`) for a bad `steps`, (`beta-out-of-range`) unless `max` lies between 0 and 1
 */
export function betasFromAlphaBar(
  alphaBar: (t: number) => number,
  options: { readonly steps?: number; readonly max?: number } = {},
): number[] {
  const { steps = 1000, max = 0.999 } = options;
  const cap = beta('max', max);
  return Array.from({ length: counted(steps) }, (_, i) => Math.min(1 - alphaBar((i + 1) / steps) / alphaBar(i / steps), cap));
}

function beta(name: string, value: number): number {
  if (!(value > 0 && value < 1)) throw invalid('beta-out-of-range', `\`${name}\` must lie between 0 and 1, got ${value}`);
  return value;
}
