/**
 * Splittable random keys. A key is two 32-bit words, immutable and cheap to copy; randomness is a pure function of it.
 *
 * The numbers are those of JAX's default generator (`jax.random.key`, `split`, `fold_in`, `bits` with partitionable
 * Threefry): element `i` of a draw comes from counter `i`.
 */
import type { Key } from './contracts.js';
import { invalid } from './error.js';
import { threefry2x32 } from './threefry.js';

const WORD = 2 ** 32;

/**
 * A key from an integer seed.
 * @param seed integer from 0 to 2⁵³ − 1
 * @throws RangeError (`seed-not-an-integer`) if `seed` is anything else
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw invalid('seed-not-an-integer', `\`seed\` must be an integer from 0 to 2^53 - 1, got ${seed}`);
  return [Math.floor(seed / WORD), seed % WORD];
}

/** A new key from a key and an integer (a step, an index), independent of every other integer's. */
export function foldIn(parent: Key, data: number): Key {
  if (!Number.isSafeInteger(data) || data < 0)
    throw invalid('fold-not-an-integer', `\`data\` must be an integer from 0 to 2^53 - 1, got ${data}`);
  const out = new Uint32Array(2);
  threefry2x32(parent[0], parent[1], Math.floor(data / WORD), data % WORD, out);
  return [out[0] as number, out[1] as number];
}

/** A new key from a key and a name, by the 32-bit FNV-1a hash of its UTF-16 code units: it does not depend on which other names there are. */
export function foldInName(parent: Key, name: string): Key {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return foldIn(parent, hash >>> 0);
}

/** `count` independent keys. */
export function split(parent: Key, count = 2): readonly Key[] {
  return Array.from({ length: count }, (_, i) => foldIn(parent, i));
}

/**
 * Random 32-bit words, elements `first … first + count − 1` of the key's infinite sequence.
 * @param first index of the first element: a draw cut into pieces gives the same numbers
 */
export function bits(source: Key, count: number, first = 0): Uint32Array {
  const words = new Uint32Array(count);
  const block = new Uint32Array(2);
  const [key0, key1] = [source[0] | 0, source[1] | 0];
  for (let i = 0; i < count; i++) {
    const index = first + i;
    threefry2x32(key0, key1, (index / WORD) | 0, index | 0, block);
    words[i] = (block[0] as number) ^ (block[1] as number);
  }
  return words;
}

/** Uniform numbers in the open interval (0, 1), float64 with 32 random bits each; `first` as in {@link bits}. */
export function uniform(source: Key, count: number, first = 0): Float64Array {
  const numbers = new Float64Array(bits(source, count, first));
  for (let i = 0; i < count; i++) numbers[i] = ((numbers[i] as number) + 0.5) / WORD;
  return numbers;
}

/** Random signs, −1 and 1 with the same probability; `first` as in {@link bits}. Rademacher's distribution, of mean 0 and variance 1. */
export function signs(source: Key, count: number, first = 0): Float32Array {
  return Float32Array.from(bits(source, count, first), (word) => (word & 1 ? 1 : -1));
}
