/** Every layer of the networks: its output, and the gradients of a random projection of it by the input and by each parameter. */
import {
  dispose,
  mul,
  reshape,
  sin,
  slice,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { key, normal } from '@tweedie/core';
import {
  attention,
  averagePool,
  classEmbedding,
  classMap,
  conv2d,
  depthToSpace,
  downsample,
  type Layer,
  linear,
  normalization,
  residualBlock,
  type Scope,
  scope,
  silu,
  spaceToDepth,
  upsample,
  upsampleNearest,
} from '@tweedie/networks';
import { numbers } from './numbers.js';
import { randomised } from './randomised.js';
import type { SuiteCase } from './suite-case.js';

type Made = readonly [make: (at: Scope) => Layer, shape: readonly number[]];

const labels = [2, 0, 1];
const embedded = (x: Tensor, width: number): Tensor => slice(reshape(x, [x.shape[0] ?? 1, -1]), [0, 0], [-1, width]);
const block = (options: Omit<Parameters<typeof residualBlock>[1], 'embedding'>) => (at: Scope) => {
  const layer = residualBlock(at, { ...options, embedding: 4 });
  return (x: Tensor) => layer(x, embedded(x, 4));
};

const made: Readonly<Record<string, Made>> = {
  linear: [(at) => linear(at, 4, 3), [2, 5, 4]],
  conv2d: [(at) => conv2d(at, 4, 8), [2, 5, 4, 4]],
  'conv2d of 7 channels': [(at) => conv2d(at, 7, 3), [3, 6, 5, 7]],
  downsample: [(at) => downsample(at, 4), [2, 6, 5, 4]],
  upsample: [(at) => upsample(at, 4, 2), [2, 2, 3, 4]],
  'upsampling of pixels': [() => upsampleNearest, [2, 2, 3, 4]],
  'average pooling': [() => averagePool, [2, 4, 6, 3]],
  'space to depth': [() => (x) => spaceToDepth(x, 2), [2, 4, 6, 3]],
  'depth to space': [() => (x) => depthToSpace(x, 2), [2, 2, 3, 8]],
  normalization: [(at) => normalization(at, 8, { groups: 4 }), [2, 3, 5, 8]],
  silu: [() => silu, [2, 3, 5]],
  attention: [(at) => attention(at, 8, { groups: 4 }), [2, 3, 2, 8]],
  'attention with heads': [(at) => attention(at, 8, { heads: 4 }), [2, 3, 2, 8]],
  'residual block': [block({ inputs: 8, outputs: 16 }), [2, 3, 4, 8]],
  'residual block with scale and shift': [block({ inputs: 8, outputs: 8, groups: 4, modulation: 'scale-shift' }), [2, 3, 4, 8]],
  'class embedding': [
    (at) => {
      const table = classEmbedding(at, 4, 5);
      return (x) => mul(x, table(tensor1d(labels, 'int32')));
    },
    [3, 5],
  ],
  'class map': [
    (at) => {
      const map = classMap(at, 4, [2, 2, 3]);
      return (x) => sin(map(x, tensor1d(labels, 'int32')));
    },
    [3, 2, 2, 3],
  ],
};

/** The cases. */
export const layers: readonly SuiteCase[] = Object.entries(made).map(([name, [make, shape]]) => ({
  name: `layer: ${name}`,
  tolerance: 1e-4,
  async run() {
    const at = scope(key(5));
    const layer = make(at);
    const parameters = randomised(at.parameters);
    const input: Variable = tidy(() => variable(normal(key(1), [...shape])));
    const tensors = tidy(() => {
      const y = layer(input);
      const weights = normal(key(3), y.shape);
      const { grads } = variableGrads(() => sum(mul(layer(input), weights)), [input, ...parameters]);
      return [y, ...Object.values(grads)];
    });
    dispose([input, ...parameters]);
    return numbers(...tensors);
  },
}));
