/** Every objective, on points of the plane, or on images for a classifier: its loss, and the gradients of all parameters. */
import { add, dispose, mul, reshape, type Tensor, tensor1d, tidy, zeros } from '@tensorflow/tfjs-core';
import { disposeAll, key, type Network, normal, type Objective } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import * as losses from '@tweedie/losses';
import { concatenated, energyScore, mlp, noisyClassifier } from '@tweedie/networks';
import { epsilon, v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { eager } from '@tweedie/training';
import { numbers } from './numbers.js';
import { randomised } from './randomised.js';
import type { SuiteCase } from './suite-case.js';

/** What is done with each objective and a batch for it; the batch is freed afterwards. */
export type ObjectiveUse<Result> = <Batch, Inputs>(objective: Objective<Batch, Inputs>, batch: Batch) => Promise<Result>;

const network = (outputs = 2): Network => mlp({ key: key(0), width: 8, layers: 2, embedding: 8, outputs });
const judge = (): Network =>
  noisyClassifier({ key: key(0), image: [8, 8, 1], widths: [8, 16], groups: 4, embedding: 16, classes: 3 });
const process = variancePreserving(clamped(cosine(), { min: -8, max: 8 }));
const diffused = { process, parameterization: v() };
const chain = { process, parameterization: epsilon(), steps: 9 };

/** Adds the condition to what the network gives. */
function conditional(): Network<Tensor> {
  const { parameters, apply } = network();
  return {
    parameters,
    apply: (x, noise, condition) => tidy(() => add(apply(x, noise, undefined), reshape(condition, [-1, 1]))),
  };
}

/** Makes each objective on the current backend, and a batch. */
export const OBJECTIVES: Readonly<Record<string, <Result>(use: ObjectiveUse<Result>) => Promise<Result>>> = {
  'diffusion loss': (use) => use(losses.diffusionLoss({ ...diffused, network: network() }), points()),
  'robust diffusion loss': (use) =>
    use(losses.diffusionLoss({ ...diffused, network: network(), pseudoHuber: 0.03, weighting: losses.minSnr() }), points()),
  'diffusion loss with times that learn': (use) =>
    use(losses.diffusionLoss({ ...diffused, network: network(), times: losses.importance() }), points()),
  'condition dropout': async (use) => {
    const without = tensor1d([0]);
    const objective = losses.diffusionLoss({ ...diffused, network: conditional() });
    try {
      return await use(losses.conditionDropout(objective, { probability: 0.5, without }), {
        ...points(),
        condition: tensor1d([1, 2, 3, 4, 5, 6]),
      });
    } finally {
      without.dispose();
    }
  },
  'conditions of several kinds, with dropout': async (use) => {
    const sizes = { width: 8, layers: 2, embedding: 8, classes: 3, vector: 3, dropout: 0.3 } as const;
    const told = concatenated(mlp({ key: key(0), ...sizes, features: 4, outputs: 2 }));
    const without = { label: tensor1d([3], 'int32'), vector: zeros([1, 3]) };
    const objective = losses.diffusionLoss({ ...diffused, network: told });
    try {
      return await use(losses.conditionDropout(objective, { probability: { label: 0.5, vector: 0.5 }, without }), {
        ...points(),
        condition: {
          label: tensor1d([0, 1, 2, 0, 1, 2], 'int32'),
          vector: normal(key(4), [6, 3]),
          image: normal(key(5), [6, 2]),
        },
      });
    } finally {
      disposeAll(without);
    }
  },
  'flow matching': (use) => use(losses.flowMatching({ network: network() }), points()),
  'flow matching with optimal transport': (use) =>
    use(losses.flowMatching({ network: network(), coupling: losses.minibatchOptimalTransport() }), points()),
  'flow matching with entropic transport': (use) =>
    use(losses.flowMatching({ network: network(), coupling: losses.entropicTransport() }), points()),
  'scores of Brownian bridges': (use) =>
    use(losses.flowMatching({ network: network(), path: losses.brownianBridge(), target: losses.bridgeScore() }), points()),
  'bound of a chain': (use) => use(losses.discreteElbo({ ...chain, network: network() }), points()),
  'bound of a chain with learned variances': (use) =>
    use(losses.discreteElbo({ ...chain, network: network(4), variance: losses.learnedRange() }), points()),
  'consistency form of the bound': (use) => use(losses.consistencyElbo({ ...chain, network: network() }), points()),
  'learned variance': (use) => use(losses.learnedVarianceLoss({ ...chain, network: network(4) }), points()),
  'variational bound': (use) =>
    use(losses.variationalBound({ ...diffused, network: network(), decoder: losses.softmaxGaussian() }), points()),
  'denoising score matching': (use) => use(losses.denoisingScoreMatching({ ...diffused, network: network() }), points()),
  'explicit score matching': (use) =>
    use(losses.explicitScoreMatching({ network: network(), score: (x) => x.map((each) => -each) }), points()),
  'implicit score matching': (use) => use(losses.implicitScoreMatching({ network: network() }), points()),
  'sliced score matching': (use) => use(losses.slicedScoreMatching({ network: network() }), points()),
  'sliced score matching by finite differences': (use) =>
    use(losses.slicedScoreMatching({ network: network(), curvature: losses.finiteDifferences() }), points()),
  classification: (use) =>
    use(losses.classification({ ...diffused, network: judge() }), {
      x: normal(key(3), [6, 8, 8, 1]),
      condition: tensor1d([0, 1, 2, 2, 1, 0], 'int32'),
    }),
  'denoising score matching of an energy': (use) =>
    use(losses.denoisingScoreMatching({ ...diffused, network: energyScore(network()) }), points()),
};

function points(): { readonly x: Tensor } {
  return { x: tidy(() => mul(normal(key(3), [6, 2]), 0.5)) };
}

async function lossAndGradients<Batch, Inputs>(objective: Objective<Batch, Inputs>, batch: Batch): Promise<readonly number[]> {
  const parameters = randomised(objective.parameters);
  const inputs = await objective.prepare(batch, key(7));
  const { loss, perExample, metrics, gradients } = await eager(objective)(inputs);
  const named = [...objective.parameters.keys()].flatMap((name) => gradients[name] ?? []);
  disposeAll(inputs, batch, perExample, metrics);
  dispose(parameters);
  return numbers(loss, ...named);
}

/** The cases. */
export const objectives: readonly SuiteCase[] = Object.entries(OBJECTIVES).map(([name, use]) => ({
  name: `objective: ${name}`,
  tolerance: 1e-4,
  run: () => use(lossAndGradients),
}));
