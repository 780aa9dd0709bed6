/**
 * The evidence lower bound of a variational diffusion model, negated, in bits per dimension, in continuous time or in `T`
 * steps:
 *
 *     −ln p(x) ≤ KL(q(z_1 | x) ‖ p(z_1)) − E ln p(x | z_0) + E ½(−dλ/dt)·‖ε̂ − ε‖²
 *
 * with `z_0` and `z_1` at the ends of the schedule, of which neither may be infinite at the clean side. The last term is a
 * {@link diffusionLoss}, the others have no parameters. Kingma et al. 2021 (arXiv 2107.00630), eq. 11–17. In continuous time
 * the schedule between its ends does not matter.
 */
import { add, mean, mul, type Scalar, sub, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { disposeAll, foldIn, invalid, normal, type Objective, type TimeSampler } from '@tweedie/core';
import { type DiffusionBatch, type DiffusionInputs, type DiffusionLossOptions, diffusionLoss } from '../diffusion-loss.js';
import { perSample } from '../internal/per-sample.js';
import { stratified } from '../times/stratified.js';
import { discreteElboWeighting } from '../weightings/discrete-elbo-weighting.js';
import { elbo } from '../weightings/elbo.js';
import { numberArithmetic, tensorArithmetic } from './arithmetic.js';
import type { Decoder } from './decoder.js';
import { discretizedGaussian } from './discretized-gaussian.js';
import { priorTerm } from './prior-term.js';

/** What is bounded. */
export interface VariationalBoundOptions<Condition = undefined>
  extends Pick<DiffusionLossOptions<Condition>, 'network' | 'process' | 'parameterization' | 'times'> {
  /** How many steps of equal time; Infinity, the default, for continuous time. */
  readonly steps?: number;
  /** Of the data from `z_0`. Default `discretizedGaussian()`: 8-bit data from −1 to 1. */
  readonly decoder?: Decoder;
}

/** The inputs of the diffusion term, and the two other terms. */
export interface VariationalBoundInputs<Condition = undefined> extends DiffusionInputs<Condition> {
  /** Prior and reconstruction term in nats per element, one sum per sample. */
  readonly constant: Tensor1D;
}

/** Folded into the key for the noise of `z_0`, so that the diffusion term's draws are those of `diffusionLoss`. */
const RECONSTRUCTION = 0x7265636f;

/**
 * The objective of training on the bound, or of measuring it: `perExample` is an unbiased estimate of each sample's.
 * @throws RangeError (`steps-not-positive`), (`schedule-infinite`) if the schedule begins at clean data, (`prior-undefined`);
 * from `prepare` what that of {@link diffusionLoss} throws
 */
export function variationalBound<Condition = undefined>(
  options: VariationalBoundOptions<Condition>,
): Objective<DiffusionBatch<Condition>, VariationalBoundInputs<Condition>> {
  const { network, process, parameterization, times = stratified() } = options;
  const { steps = Infinity, decoder = discretizedGaussian() } = options;
  const [clean, noisy] = [process.at(0), process.at(1)];
  if (clean.logSnr === Infinity)
    throw invalid(
      'schedule-infinite',
      'the bound needs some noise at `t = 0`, got log-SNR Infinity: wrap the schedule in `clamped`',
    );
  priorTerm(numberArithmetic, 0, noisy);
  const diffusion = diffusionLoss({
    network,
    process,
    parameterization,
    ...(steps === Infinity
      ? { weighting: elbo(), times }
      : { weighting: discreteElboWeighting(steps), times: ontoSteps(times, steps) }),
  });
  const { observe } = diffusion;
  const constants = (x: Tensor, epsilon: Tensor): Tensor => {
    const noisiest = priorTerm(tensorArithmetic, x, noisy);
    // z_0 over alpha
    const mean = add(x, mul(epsilon, clean.sigma / clean.alpha));
    return sub(noisiest, decoder(tensorArithmetic, x, { mean, logVariance: -clean.logSnr }));
  };
  return {
    parameters: network.parameters,
    async prepare(batch, key, memory) {
      const { x } = batch;
      const inputs = await diffusion.prepare(batch, key, memory);
      try {
        const epsilon = foldIn(key, RECONSTRUCTION);
        return { ...inputs, constant: tidy(() => perSample(constants(x, normal(epsilon, x.shape)), x.shape[0] ?? 0)) };
      } catch (error) {
        disposeAll(inputs);
        throw error;
      }
    },
    evaluate: (inputs) =>
      tidy(() => {
        const { loss, perExample } = diffusion.evaluate(inputs);
        const { constant } = inputs;
        return {
          loss: mul<Scalar>(add(loss, mean(constant)), 1 / Math.LN2),
          ...(perExample && { perExample: mul<Tensor1D>(add(perExample, constant), 1 / Math.LN2) }),
        };
      }),
    ...(observe && {
      // of the diffusion term alone: the others do not depend on the time
      observe: async (inputs, losses, memory) => {
        const constant = await inputs.constant.data();
        return observe(
          inputs,
          losses.map((bits, i) => bits * Math.LN2 - (constant[i] ?? 0)),
          memory,
        );
      },
    }),
  };
}

/** Times moved on to the ends of the steps that they fall into. */
function ontoSteps<Memory>(times: TimeSampler<Memory>, steps: number): TimeSampler<Memory> {
  return {
    ...times,
    draw(key, count, memory) {
      const drawn = times.draw(key, count, memory);
      return { ...drawn, times: drawn.times.map((t) => (Math.floor(t * steps) + 1) / steps) };
    },
  };
}
