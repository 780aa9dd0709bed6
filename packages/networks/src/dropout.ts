/**
 * Dropout: in training each activation is zero with probability p and else divided by 1 − p, so that its mean stays. Srivastava et al.
 * 2014 (JMLR 15, 1929); in diffusion models inside the residual blocks, Ho et al. 2020 (arXiv 2006.11239), appendix B.
 *
 * A pure step cannot draw, so the factors are inputs of it: the network tells, by `masks`, which ones it needs. Each is drawn from a byte, as
 * they are many: p is rounded to 256ths, one at least, and the division exact for the rounded p.
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

/** Of the probability: what a byte can tell. */
const UNITS = 256;

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
  const dropped = Math.max(1, Math.min(Math.round(probability * UNITS), UNITS - 1));
  return {
    place(shape) {
      const index = shapes.push(shape) - 1;
      return (h, masks) => {
        const mask = masks?.[index];
        return mask === undefined ? h : mul(h, mask);
      };
    },
    declared: {
      masks: ([batch = 0, ...sample], key) => shapes.map((shape, i) => drawn(foldIn(key, i), [batch, ...shape(sample)], dropped)),
    },
  };
}

/** One factor from each byte of the key's sequence, in order, so that those of a sample do not depend on the batch around it. */
function drawn(key: Key, shape: number[], dropped: number): Tensor {
  const count = shape.reduce((size, length) => size * length, 1);
  const bytes = new Uint8Array(bits(key, Math.ceil(count / 4)).buffer);
  const factor = new Float32Array(UNITS).fill(UNITS / (UNITS - dropped), dropped);
  const factors = new Float32Array(count);
  for (let i = 0; i < count; i++) factors[i] = factor[bytes[i] ?? 0] ?? 0;
  return tensor(factors, shape);
}
