/**
 * The density that a model gives to data, by the change of variables along the probability flow:
 *
 *     ln p(x) = ln prior(z) + ln|det ∂z/∂x|,   z the latent of x
 *
 * Song et al. 2021 (arXiv 2011.13456), eq. 39 and appendix D.2. The data are taken as they stand at the level `clean`, where their density
 * is that of `alpha·x0 + sigma·ε`.
 */
import { type ForwardProcess, invalid, logNormalDensity, type NoiseLevel } from '@tweedie/core';
import type { SolverOptions } from './dormand-prince.js';
import type { Model } from './model.js';
import { probabilityFlow } from './probability-flow.js';
import type { Probes } from './probes.js';

/** The log-density of one latent, in nats. */
export type Prior = (latent: Float64Array) => number;

/** Options of {@link logLikelihood}. */
export interface LikelihoodOptions<X> extends SolverOptions {
  readonly model: Model<X>;
  readonly process: ForwardProcess;
  /** Data; borrowed. */
  readonly x: X;
  /** How the trace is taken: `rademacher` for data of many dimensions, `everyAxis` for data of few. */
  readonly probes: Probes;
  /** Where the data are taken to lie, `process.at(0)` by default. A network is best asked from where it was trained well. */
  readonly clean?: NoiseLevel;
  /** Where the latents lie, `process.at(1)` by default. */
  readonly noisy?: NoiseLevel;
  /** Density of the latents; by default `N(0, sigma²)` of the noisy level, which leaves out what is left of the data there. */
  readonly prior?: Prior;
}

/** What is known of a batch. */
export interface Likelihood {
  /** `ln p(x)` of each example, summed over its dimensions. */
  readonly nats: Float64Array;
  /** Numbers per example. */
  readonly dimensions: number;
  /** The latents, flat. */
  readonly latents: Float64Array;
  /** Calls of the model. */
  readonly evaluations: number;
}

/**
 * The log-likelihood of each example of a batch; exact up to the solver's tolerance with the probes `everyAxis`, else without bias.
 * @throws RangeError (`level-infinite`), (`deviation-not-positive`) where there is no noise at `noisy` or no end to it, (`tolerance-not-positive`), (`slope-not-finite`), (`step-underflow`); the signal's reason
 * when aborted
 */
export async function logLikelihood<X>(options: LikelihoodOptions<X>): Promise<Likelihood> {
  const { model, process, x, probes, clean: from = process.at(0), noisy: to = process.at(1), ...rest } = options;
  const { prior = normalPrior(to.sigma), ...solver } = rest;
  const batch = await model(x);
  const { examples } = batch;
  const dimensions = batch.values.length / examples;
  const stretch = { process, from, to, probes: probes(examples, dimensions), ...solver };
  const { values: latents, logVolume, evaluations } = await probabilityFlow(batch, stretch);
  const nats = logVolume.map((volume, i) => volume + prior(latents.subarray(i * dimensions, (i + 1) * dimensions)));
  return { nats, dimensions, latents, evaluations };
}

/**
 * Independent normals of mean 0.
 * @param deviation of each, positive
 * @throws RangeError (`deviation-not-positive`)
 */
export function normalPrior(deviation: number): Prior {
  if (!(deviation > 0 && deviation < Infinity))
    throw invalid('deviation-not-positive', `\`deviation\` must be positive and finite, got ${deviation}`);
  return (latent) => latent.reduce((sum, value) => sum + logNormalDensity(value / deviation) - Math.log(deviation), 0);
}
