/**
 * Sinusoids of a number at geometrically spaced frequencies:
 *
 *     [cos(scale·n·ω_i)…, sin(scale·n·ω_i)…],    ω_i = period^(−i/(half − shift)),    i = 0 … half − 1,    half = ⌊width/2⌋
 *
 * Vaswani et al. 2017 (arXiv 1706.03762), section 3.5; as timestep embedding Ho et al. 2020 (arXiv 2006.11239). An odd `width` ends in 0.
 */
import {
  concat,
  cos,
  matMul,
  pad,
  type Rank,
  reshape,
  sin,
  type Tensor,
  type Tensor1D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';

/** Which sinusoids {@link sinusoidal} takes. */
export interface SinusoidalOptions {
  /** Length of the embedding, at least 2. */
  readonly width: number;
  /** Factor on the number; 1000 takes noise from [0, 1] to the range of DDPM's timesteps. Default 1. */
  readonly scale?: number;
  /** The ratio of the highest to the lowest frequency, nearly. Default 10000. */
  readonly period?: number;
  /** 1 makes the last frequency exactly 1/period; 0, the default, stops one short of it. */
  readonly shift?: 0 | 1;
  /** Which half comes first. Default `'cosine'`. */
  readonly first?: 'cosine' | 'sine';
}

/**
 * Embeds each number in a vector.
 * @param numbers `[batch]`
 * @returns `[batch, width]`
 * @throws RangeError (`embedding-too-narrow`) if `width` is not an integer of at least 2, or leaves no second frequency for shift 1
 */
export function sinusoidal(numbers: Tensor1D, options: SinusoidalOptions): Tensor {
  const { width, scale = 1, period = 10000, shift = 0, first = 'cosine' } = options;
  const half = Math.floor(width / 2);
  if (!Number.isInteger(width) || half - shift < 1)
    throw invalid('embedding-too-narrow', `\`width\` must be an integer of at least ${2 + 2 * shift}, got ${width}`);
  return tidy(() => {
    const frequencies = Float32Array.from({ length: half }, (_, i) => scale * period ** (-i / (half - shift)));
    const angles = matMul(reshape<Rank.R2>(numbers, [-1, 1]), tensor2d(frequencies, [1, half]));
    const [c, s] = [cos(angles), sin(angles)];
    const both = concat(first === 'cosine' ? [c, s] : [s, c], 1);
    return width % 2 === 0
      ? both
      : pad(both, [
          [0, 0],
          [0, 1],
        ]);
  });
}
