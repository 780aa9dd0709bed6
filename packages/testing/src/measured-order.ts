/**
 * The empirical order of a sampler: how fast its error falls when the steps are halved.
 *
 * Deterministic samplers are held against the exact flow of a Gaussian mixture. Stochastic ones are held against the exact
 * variance of Gaussian data: there every step is linear in `x` and in the draws, so that the variance of the result is the
 * sum of squared responses to each of them alone, and the weak order is measured without sampling anything.
 */
import type { Denoiser, ForwardProcess, NoiseLevel, Sampler } from '@tweedie/core';
import { mixtureDenoiser, threeGaussians } from './gaussian-mixture.js';
import { probabilityFlow } from './probability-flow.js';
import { samplePlain } from './sample-plain.js';

/** What to measure. */
export interface OrderOptions {
  readonly process: ForwardProcess;
  readonly sampler: Sampler<Float64Array>;
  /** The order that is expected: it sets the first steps of a multistep method. */
  readonly order: number;
  /** How many earlier steps a multistep method looks back on, default 0. */
  readonly history?: number;
}

const from = -3;
const to = 5;

/** The order of a deterministic sampler between two finite log-SNRs, on steps uniform in log-SNR. */
export function measuredOrder(options: OrderOptions): number {
  const { process, sampler } = options;
  const denoiser = mixtureDenoiser(threeGaussians);
  const start = Float64Array.of(1.2, 0.4, -0.7, 0.9, 0.1, -1.5, 2, -0.3).map((x) => x * process.level(from).sigma);
  const truth = probabilityFlow({ denoiser, process, from: process.level(from), to: process.level(to), start });
  return slope(options, (levels) => {
    const result = samplePlain({ denoiser, process, sampler, levels, start }).at(-1)?.x ?? start;
    return Math.hypot(...result.map((x, i) => x - (truth[i] ?? 0)));
  });
}

/** The weak order of a stochastic sampler, in the variance that it gives Gaussian data. */
export function measuredWeakOrder(options: OrderOptions): number {
  const { process, sampler } = options;
  const variance = 0.25;
  const marginal = ({ alpha, sigma }: NoiseLevel) => alpha ** 2 * variance + sigma ** 2;
  const denoiser: Denoiser<undefined, Float64Array> = (x, level) =>
    x.map((value) => ((level.alpha * variance) / marginal(level)) * value);
  const top = process.level(from);
  return slope(options, (levels) => {
    // One entry of x per source of randomness: the start, then each draw, numbered as they come.
    const draws = 4 * levels.length;
    const impulse = (source: number, size = 1) => Float64Array.from({ length: draws }, (_, i) => (i === source ? size : 0));
    let drawn = 0;
    const noise = () => impulse(++drawn);
    const start = impulse(0, Math.sqrt(marginal(top)));
    const result = samplePlain({ denoiser, process, sampler, levels, start, noise }).at(-1)?.x ?? start;
    if (drawn >= draws)
      throw new Error(`the sampler draws more than 4 times per step: ${drawn} draws in ${levels.length - 1} steps`);
    return Math.abs(result.reduce((sum, x) => sum + x * x, 0) - marginal(process.level(to)));
  });
}

/** The last two halvings of the step, so that what is left of higher orders shows as little as float64 allows: at order 5, fewer steps. */
function slope({ process, order, history = 0 }: OrderOptions, error: (levels: readonly NoiseLevel[]) => number): number {
  const finest = order < 5 ? 320 : 40;
  const [coarse, fine] = [finest / 2, finest].map((steps) => error(levelsFor(process, steps, order, history))) as [
    number,
    number,
  ];
  return Math.log2(coarse / fine);
}

/**
 * Uniform steps `h`. A multistep method is started by steps so small that their low order is not seen, `h·(1/steps)^((order − 1)/2)`,
 * which then double up to `h`: to look back on much shorter steps would magnify rounding.
 */
function levelsFor(process: ForwardProcess, steps: number, order: number, history: number): readonly NoiseLevel[] {
  const length = to - from;
  const h = length / steps;
  const small = h * (1 / steps) ** ((order - 1) / 2);
  const starts: number[] = [];
  let at = from;
  const grown = history === 0 ? 0 : Math.ceil(Math.log2(h / small)) + history - 1;
  for (let i = 0; i < grown; i++) {
    at += small * 2 ** Math.max(0, i - history + 1);
    starts.push(at);
  }
  const rest = to - at;
  const count = Math.round(rest / h);
  const uniform = Array.from({ length: count }, (_, i) => at + (rest * (i + 1)) / count);
  return [from, ...starts, ...uniform].map(process.level);
}
