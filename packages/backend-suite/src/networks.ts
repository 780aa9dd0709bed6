/** Every network, forward. */
import { dispose, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { key, type Network, normal, registerGradients } from '@tweedie/core';
import { averagePool, compactUnet, concatenated, energyScore, mlp, noisyClassifier, unet } from '@tweedie/networks';
import { numbers } from './numbers.js';
import { randomised } from './randomised.js';
import type { SuiteCase } from './suite-case.js';

const image = [2, 8, 8, 1] as const;
const small = { widths: [8, 16], groups: 4, embedding: 16 };

type Made = readonly [make: () => Network<Tensor | undefined>, shape: readonly number[], classes?: number];
const plain = (network: Network): Network<Tensor | undefined> => ({
  parameters: network.parameters,
  apply: (x, noise) => network.apply(x, noise, undefined),
});
/** Told a smaller copy of `x`. */
function enlarging(): Network<Tensor | undefined> {
  const { parameters, apply } = concatenated(
    compactUnet({ key: key(0), image: [8, 8, 2], outputs: 1, ...small, vector: 3 }),
    'vector',
  );
  return {
    parameters,
    apply: (x, noise) => tidy(() => apply(x, noise, { image: averagePool(x), vector: normal(key(2), [x.shape[0] ?? 0, 3]) })),
  };
}

/** How each is made, the shape of its input, and its number of classes. */
export const NETWORKS: Readonly<Record<string, Made>> = {
  mlp: [() => plain(mlp({ key: key(0), width: 16 })), [5, 2]],
  'mlp as an energy': [() => plain(energyScore(mlp({ key: key(0), width: 16 }))), [5, 2]],
  unet: [() => unet({ key: key(0), ...small, attention: [1], classes: 3 }), image, 3],
  'unet of patches': [() => unet({ key: key(0), ...small, patch: 2, outputs: 2, classes: 0 }), image],
  'compact unet': [() => compactUnet({ key: key(0), image: [8, 8, 1], ...small, blocks: [1, 1, 1], classes: 3 }), image, 3],
  'noisy classifier': [() => plain(noisyClassifier({ key: key(0), image: [8, 8, 1], ...small, classes: 3 })), image],
  'compact unet told an image and a vector': [enlarging, image],
};

/** What comes of one of them, with random parameters and labels. */
export async function onNetwork(
  [make, shape, classes]: Made,
  use: (network: Network<Tensor | undefined>, shape: number[], labels: Tensor | undefined) => Tensor,
): Promise<readonly number[]> {
  registerGradients();
  const network = make();
  const parameters = randomised(network.parameters);
  const labels = classes === undefined ? undefined : tensor1d([classes, 1], 'int32');
  const result = tidy(() => use(network, [...shape], labels));
  dispose([...parameters, ...(labels === undefined ? [] : [labels])]);
  return numbers(result);
}

/** The cases. */
export const networks: readonly SuiteCase[] = Object.entries(NETWORKS).map(([name, made]) => ({
  name: `network: ${name}`,
  tolerance: 1e-4,
  run: () =>
    onNetwork(made, (network, shape, labels) => {
      const noise = tensor1d(Array.from({ length: shape[0] ?? 0 }, (_, i) => 0.1 + 0.2 * i));
      return network.apply(normal(key(1), shape), noise, labels);
    }),
}));
