/**
 * A perceptron for data that are vectors, such as points of the plane: `x` and a sinusoidal embedding of the noise level pass through
 * hidden layers with SiLU. Parameters `hidden.0` … `hidden.{layers − 1}` and `out`, each with `weight` and `bias`.
 */
import { concat, tidy } from '@tensorflow/tfjs-core';
import { invalid, type Key, type Network } from '@tweedie/core';
import { linear } from './linear.js';
import { scope } from './scope.js';
import { silu } from './silu.js';
import { sinusoidal } from './sinusoidal.js';

/** Sizes of an {@link mlp}; plain JSON. The defaults have 37,762 parameters. */
export interface MlpOptions {
  /** Length of the data vectors. Default 2. */
  readonly features?: number;
  /** Length of the output; twice `features` for a learned variance. Default `features`. */
  readonly outputs?: number;
  /** Length of the hidden layers. Default 128. */
  readonly width?: number;
  /** Number of hidden layers. Default 3. */
  readonly layers?: number;
  /** Length of the sinusoidal embedding. Default 32. */
  readonly embedding?: number;
  /** Factor on the noise level before the embedding. Default 1000, right for levels in [0, 1]. */
  readonly noiseScale?: number;
}

/**
 * A multi-layer perceptron, `[batch, features]` to `[batch, outputs]`.
 * @param options sizes, and the key that the first parameters are drawn from
 * @throws RangeError (`size-not-positive`) if a size is not a positive integer
 */
export function mlp(options: MlpOptions & { readonly key: Key }): Network {
  const { key, features = 2, width = 128, layers = 3, embedding = 32, noiseScale = 1000 } = options;
  const { outputs = features } = options;
  for (const [name, size] of Object.entries({ features, outputs, width, layers, embedding }))
    if (!(Number.isInteger(size) && size > 0))
      throw invalid('size-not-positive', `\`${name}\` must be a positive integer, got ${size}`);
  const root = scope(key);
  const hidden = Array.from({ length: layers }, (_, i) =>
    linear(root.child('hidden').child(i), i === 0 ? features + embedding : width, width),
  );
  const out = linear(root.child('out'), width, outputs);
  return {
    parameters: root.parameters,
    apply: (x, noise) =>
      tidy(() => {
        const first = concat([x, sinusoidal(noise, { width: embedding, scale: noiseScale })], 1);
        return out(hidden.reduce((h, layer) => silu(layer(h)), first));
      }),
  };
}
