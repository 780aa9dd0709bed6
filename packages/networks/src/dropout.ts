/**
 * Dropout: in training each activation is zero with probability p and else divided by 1 − p, so that its mean stays. Srivastava et al.
 * 2014 (JMLR 15, 1929); in diffusion models inside the residual blocks, Ho et al. 2020 (arXiv 2006.11239), appendix B.
 *
 * A pure step cannot draw, so the factors are inputs of it: the network tells, by `masks`, which ones it needs. They are drawn from 16
 * bits each, p being rounded to 65536ths and the division exact for the rounded p.
 */
import { mul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { bits, foldIn, invalid, type Key, type Network } from '@tweedie/core';

/** A place where activations are dropped: the activations times the place's mask; without masks, the activations themselves. */
export type DropoutPlace = (h: Tensor, masks?: readonly Tensor[]) => Tensor;

/** The dropout of one network. */
export interface Dropout {
  /**
   * The next place.
   * @param shape of one sample's activations there, from that of one sample of the network's input
   */
  place(shape: (x: readonly number[]) => readonly number[]): DropoutPlace;
  /** What the network declares: `masks`, or nothing if the probability is 0. */
  readonly declared: Pick<Network, 'masks'>;
}

const RESOLUTION = 0x10000;

/**
 * Dropout with one probability, whose places are added as the network is built.
 * @param probability from 0, off, to below 1
 * @throws RangeError (`dropout-out-of-range`) if `probability` is outside
 */
export function dropout(probability: number): Dropout {
  if (!(probability >= 0 && probability < 1))
    throw invalid('dropout-out-of-range', `\`dropout\` must be at least 0 and below 1, got ${probability}`);
  if (probability === 0) return { place: () => (h) => h, declared: {} };
  const shapes: Parameters<Dropout['place']>[0][] = [];
  const threshold = Math.min(Math.round(probability * RESOLUTION), RESOLUTION - 1);
  return {
    place(shape) {
      const index = shapes.push(shape) - 1;
      return (h, masks) => {
        const mask = masks?.[index];
        return mask === undefined ? h : mul(h, mask);
      };
    },
    declared: {
      masks: ([batch = 0, ...sample], key) =>
        shapes.map((shape, i) => drawn(foldIn(key, i), [batch, ...shape(sample)], threshold)),
    },
  };
}

/** Two factors from each word of the key's sequence, in order: those of a sample do not depend on the batch around it. */
function drawn(key: Key, shape: number[], threshold: number): Tensor {
  const count = shape.reduce((size, length) => size * length, 1);
  const words = bits(key, Math.ceil(count / 2));
  const kept = RESOLUTION / (RESOLUTION - threshold);
  const factors = new Float32Array(2 * words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0;
    factors[2 * i] = word >>> 16 < threshold ? 0 : kept;
    factors[2 * i + 1] = (word & 0xffff) < threshold ? 0 : kept;
  }
  return tensor(factors.subarray(0, count), shape);
}
