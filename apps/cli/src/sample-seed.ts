/**
 * Where the chance of samples comes from: one seed, of which sample `i` is the `i`-th; or for each sample a seed, of which it is the first, or
 * two seeds that it lies between.
 */
import { concat, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { blended, blendedNoise, independentNoise, invalid, type Key, key, type NoiseSource, normal, split } from '@tweedie/core';
import { noiseOf } from './components.js';

/** The seed of one sample; with `to` it lies between both, at `share` of the way. */
export type SampleSeed = { readonly seed: number } | { readonly seed: number; readonly to: number; readonly share: number };

/** One seed for all samples, or one each. */
export type Seeds = number | readonly SampleSeed[];

/** Standard normals of samples from index `first` on: what they start from, and what steps draw. */
export interface Chance {
  readonly start: (shape: readonly number[], first: number) => Tensor;
  readonly noise: NoiseSource;
}

/** @param noise where steps draw from, an expression; default `independentNoise` */
export function chanceOf(seeds: Seeds, noise?: string): Chance {
  return typeof seeds === 'number' ? chanceOfOne(seeds, noise) : chanceOfEach(seeds.map((each) => chanceAt(each, noise)));
}

/**
 * Samples on the way from each seed to the next, ends included, `count` for each pair.
 * @throws RangeError (`interpolation-ends`)
 */
export function between(seeds: number | readonly number[], count: number): readonly SampleSeed[] {
  if (typeof seeds === 'number' || seeds.length < 2)
    throw invalid(
      'interpolation-ends',
      `\`--interpolate\` goes from each seed to the next: give at least two, as \`--seed 1,2\`, got ${seeds}`,
    );
  return seeds
    .slice(1)
    .flatMap((to, pair) => Array.from({ length: count }, (_, i) => ({ seed: seeds[pair] ?? to, to, share: i / (count - 1) })));
}

function chanceOfOne(seed: number, noise: string | undefined): Chance {
  const [started, drawn] = split(key(seed)) as [Key, Key]; // as `sample` does
  return {
    start: (shape, first) => normal(started, shape, first),
    noise: noise === undefined ? independentNoise(drawn) : noiseOf(noise, drawn),
  };
}

function chanceAt(at: SampleSeed, noise: string | undefined): Chance {
  const one = chanceOfOne(at.seed, noise);
  if (!('to' in at)) return one;
  const other = chanceOfOne(at.to, noise);
  return {
    start: (shape, first) => tidy(() => blended(one.start(shape, first), other.start(shape, first), at.share)),
    noise: blendedNoise(one.noise, other.noise, at.share),
  };
}

function chanceOfEach(chances: readonly Chance[]): Chance {
  const joined = ([count = 0, ...shape]: readonly number[], first: number, of: (chance: Chance, shape: number[]) => Tensor) =>
    tidy(() => concat(chances.slice(first, first + count).map((chance) => of(chance, [1, ...shape]))));
  const noise: NoiseSource = (request) =>
    joined(request.shape, request.first, (chance, shape) => chance.noise({ ...request, shape, first: 0 }));
  const isPath = chances.every((chance) => chance.noise.path);
  return {
    start: (shape, first) => joined(shape, first, (chance, one) => chance.start(one, 0)),
    noise: isPath ? Object.assign(noise, { path: true as const }) : noise,
  };
}
