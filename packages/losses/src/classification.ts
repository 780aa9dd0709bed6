/**
 * Training a classifier on noisy data: the cross-entropy of labels,
 *
 *     loss = −E[ ln p(y | x_t) ],    x_t = α·x0 + σ·ε
 *
 * at times drawn by `times`; its minimum is the posterior of the labels at every noise level, and there the conditional entropy.
 * Dhariwal & Nichol 2021 (arXiv 2105.05233), section 4.
 */
import {
  cast,
  dispose,
  equal,
  greater,
  logSoftmax,
  mean,
  neg,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core';
import { type ForwardProcess, invalid, type Network, type Objective, type TimeSampler } from '@tweedie/core';
import type { DiffusionBatch } from './diffusion-loss.js';
import { diffusionInputs } from './internal/diffusion-inputs.js';
import type { Given } from './internal/given.js';
import { averaged, observing, type Timed } from './internal/timed.js';
import { chosen, type InputScaling, undecoded } from './log-probability.js';
import { stratified } from './times/stratified.js';

/** Which classifier is trained, and on what noise. */
export interface ClassificationOptions {
  /** Gives logits `[batch, classes]`. */
  readonly network: Network;
  readonly process: ForwardProcess;
  /** How the network is given noisy samples: the parameterisation of the denoiser that it will guide, say. */
  readonly parameterization: InputScaling;
  /** Default {@link stratified}. */
  readonly times?: TimeSampler;
}

/** What one evaluation needs, with the labels as the condition, owned by the caller; every tensor has the batch as first axis. */
export interface ClassificationInputs extends Timed, Given<Tensor> {
  /** The network's input, `in·x_t`, of the shape of the data. */
  readonly x: Tensor;
  /** What the network is told of the noise level. */
  readonly noise: Tensor1D;
}

/**
 * The objective of training a noise-conditional classifier; the condition of a batch is its labels, int32 `[batch]`. `perExample` is
 * the cross-entropy in nats, and the metric `accuracy` the share of labels that are the likeliest class, at all noise levels.
 * @throws from `prepare`, TypeError (`labels-invalid`) unless the labels are int32 `[batch]`, RangeError (`times-mismatch`), and
 * (`parameterization-undefined`) at a level where the network's input is not finite
 */
export function classification(options: ClassificationOptions): Objective<DiffusionBatch<Tensor>, ClassificationInputs> {
  const { network, process, parameterization, times = stratified() } = options;
  return {
    parameters: network.parameters,
    prepare(batch, key, memory) {
      const { x, condition } = batch;
      const [wanted, got] = [`int32 [${x.shape[0]}]`, `${condition.dtype} [${condition.shape}]`];
      if (got !== wanted) throw invalid('labels-invalid', `the condition must be labels, ${wanted}, got ${got}`, TypeError);
      const training = { process, parameterization: undecoded(parameterization), times };
      const { target, weight, ...inputs } = diffusionInputs(network, training, batch, key, memory).inputs;
      dispose([target, weight]);
      return inputs;
    },
    evaluate: (inputs) =>
      tidy(() => {
        const { x, noise, condition, masks } = inputs;
        const logs = logSoftmax(network.apply(x, noise, undefined, masks));
        const said = chosen(logs, condition);
        const perExample = neg(said);
        return { loss: averaged(perExample, inputs), perExample, metrics: { accuracy: likeliest(said, logs) } };
      }),
    ...observing(times),
  };
}

/** The share of labels that are likelier than each other class: at equal logits, none is. */
function likeliest(said: Tensor1D, logs: Tensor): Scalar {
  return tidy(() => {
    const [, classes = 0] = logs.shape;
    const below = sum(cast(greater(reshape(said, [-1, 1]), logs), 'float32'), 1);
    return mean<Scalar>(cast(equal(below, classes - 1), 'float32'));
  });
}
