/**
 * Training a classifier on noisy data: the cross-entropy of labels,
 *
 *     loss = −E[ ln p(y | x_t) ],    x_t = α·x0 + σ·ε
 *
 * at times drawn by `times`; its minimum is the posterior of the labels at every noise level, and there the conditional entropy.
 * Dhariwal & Nichol 2021 (arXiv 2105.05233), section 4.
 */
import { argMax, cast, dispose, equal, mean, neg, type Scalar, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { type ForwardProcess, invalid, type Network, type Objective, type TimeSampler } from '@tweedie/core';
import type { DiffusionBatch } from './diffusion-loss.js';
import { diffusionInputs } from './internal/diffusion-inputs.js';
import { averaged, observing, type Timed } from './internal/timed.js';
import { type InputScaling, labelled, undecoded } from './log-probability.js';
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

/** What one evaluation needs, owned by the caller; every tensor has the batch as first axis. */
export interface ClassificationInputs extends Timed {
  /** The network's input, `in·x_t`, of the shape of the data. */
  readonly x: Tensor;
  /** What the network is told of the noise level. */
  readonly noise: Tensor1D;
  /** The labels. */
  readonly condition: Tensor;
}

/**
 * The objective of training a noise-conditional classifier; the condition of a batch is its labels, int32 `[batch]`. `perExample` is
 * the cross-entropy in nats, and the metric `accuracy` the share of labels that are the likeliest class, over all noise levels.
 * @throws from `prepare`, TypeError (`labels-invalid`) unless the labels are int32 `[batch]`, RangeError (`times-mismatch`), and
 * (`parameterization-undefined`) at a level where the network's input is not finite
 */
export function classification(options: ClassificationOptions): Objective<DiffusionBatch<Tensor>, ClassificationInputs> {
  const { network, process, parameterization, times = stratified() } = options;
  return {
    parameters: network.parameters,
    prepare(batch, key, memory) {
      const { x, condition } = batch;
      const [count = 0] = x.shape;
      if (condition.dtype !== 'int32' || condition.rank !== 1 || condition.size !== count)
        throw invalid(
          'labels-invalid',
          `the condition must be int32 labels of shape [${count}], got ${condition.dtype} of shape [${condition.shape}]`,
          TypeError,
        );
      const training = { process, parameterization: undecoded(parameterization), times };
      const { target, weight, ...inputs } = diffusionInputs(training, batch, key, memory).inputs;
      dispose([target, weight]);
      return inputs;
    },
    evaluate: (inputs) =>
      tidy(() => {
        const { x, noise, condition } = inputs;
        const logits = network.apply(x, noise, undefined);
        const perExample = neg(labelled(logits, condition));
        const accuracy = mean<Scalar>(cast(equal(argMax(logits, 1), condition), 'float32'));
        return { loss: averaged(perExample, inputs), perExample, metrics: { accuracy } };
      }),
    ...observing(times),
  };
}
