/**
 * A perceptron for data that are vectors, such as points of the plane: `x`, a sinusoidal embedding of the noise level and embeddings of
 * the condition, if there is one, pass through hidden layers with SiLU. Parameters `hidden.0` … `hidden.{layers − 1}` and `out`, each with
 * `weight` and `bias`, and those of the condition, as in `condition-embedding.ts`.
 */
import { concat, tidy } from '@tensorflow/tfjs-core';
import { invalid, type Key, type Network } from '@tweedie/core';
import { type AnyCondition, type ConditionOf, type ConditionSizes, conditionEmbedding } from './condition-embedding.js';
import { dropout } from './dropout.js';
import { checkCounts } from './internal/check-sizes.js';
import { linear } from './linear.js';
import { scope } from './scope.js';
import { silu } from './silu.js';
import { sinusoidal } from './sinusoidal.js';

/** Sizes of an {@link mlp}; plain JSON. The defaults have 37,762 parameters. */
export interface MlpOptions extends ConditionSizes {
  /** Length of the data vectors. Default 2. */
  readonly features?: number;
  /** Length of the output; twice `features` for a learned variance. Default `features`. */
  readonly outputs?: number;
  /** Length of the hidden layers. Default 128. */
  readonly width?: number;
  /** Number of hidden layers. Default 3. */
  readonly layers?: number;
  /** Length of the sinusoidal embedding, and of those of the condition. Default 32. */
  readonly embedding?: number;
  /** Factor on the noise level before the embedding. Default 1000, right for levels in [0, 1]. */
  readonly noiseScale?: number;
  /** Probability of dropout after each hidden layer, from 0 to below 1. Default 0. */
  readonly dropout?: number;
}

/**
 * A multi-layer perceptron, `[batch, features]` to `[batch, outputs]`.
 * @param options sizes, and the key that the first parameters are drawn from
 * @throws RangeError (`size-not-positive`, `classes-negative`, `vector-negative`, `dropout-out-of-range`) if sizes make no sense
 */
export function mlp<Classes extends number = 0, Length extends number = 0>(
  options: MlpOptions & { readonly key: Key; readonly classes?: Classes; readonly vector?: Length },
): Network<ConditionOf<Classes, Length>>;
export function mlp(options: MlpOptions & { readonly key: Key }): Network<AnyCondition> {
  const { key, features = 2, width = 128, layers = 3, embedding = 32, noiseScale = 1000, classes = 0, vector = 0 } = options;
  const { outputs = features } = options;
  for (const [name, size] of Object.entries({ features, outputs, width, layers, embedding }))
    if (!(Number.isInteger(size) && size > 0))
      throw invalid('size-not-positive', `\`${name}\` must be a positive integer, got ${size}`);
  checkCounts({ classes, vector });
  const drop = dropout(options.dropout ?? 0);
  const root = scope(key);
  const inputs = features + embedding * (1 + Math.sign(classes) + Math.sign(vector));
  const hidden = Array.from({ length: layers }, (_, i) => ({
    layer: linear(root.child('hidden').child(i), i === 0 ? inputs : width, width),
    place: drop.place(() => [width]),
  }));
  const embed = conditionEmbedding(root, embedding, { classes, vector });
  const out = linear(root.child('out'), width, outputs);
  return {
    parameters: root.parameters,
    ...drop.declared,
    apply: (x, noise, condition, masks) =>
      tidy(() => {
        const level = sinusoidal(noise, { width: embedding, scale: noiseScale });
        const first = concat([x, level, ...embed(condition, noise.size)], 1);
        return out(hidden.reduce((h, { layer, place }) => place(silu(layer(h)), masks), first));
      }),
  };
}
