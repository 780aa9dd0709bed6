/** What a new run is like unless the command line says otherwise, for each kind of data. */
import { invalid } from '@tweedie/core';
import type { DataSpec } from './data.js';
import type { Run } from './run-file.js';

/** A new run, but for its data and its number of steps. */
export interface Defaults extends Pick<Run, 'model' | 'sampling'> {
  readonly training: Omit<Run['training'], 'steps' | 'engine'>;
  readonly minutes: number;
}

/** Digits: what a search over small networks found to give the most readable ones for ten minutes of two cores. */
const MNIST: Defaults = {
  model: {
    network: {
      kind: 'compact-unet',
      image: [28, 28, 1],
      widths: [48, 96],
      blocks: [0, 2, 1],
      classes: 10,
      patch: 2,
      groups: 8,
      embedding: 128,
      noiseScale: 100,
      learnedVariance: false,
    },
    schedule: 'clamped(shifted(cosine(), 0.5), { min: -10, max: 10 })',
    process: 'variancePreserving',
    parameterization: 'v',
  },
  training: {
    objective: 'diffusionLoss',
    weighting: 'unweighted(parameterization)',
    times: 'stratified',
    batch: 32,
    accumulate: 1,
    learningRate: 4e-3,
    rate: 'cosineRate',
    warmUp: 50,
    beta2: 0.99,
    clip: 1,
    averaging: 0.03,
    conditionDropout: 0.1,
    seed: 0,
    keep: 3,
  },
  sampling: { sampler: 'angular', grid: 'uniformAngle({ power: 1.75 })', steps: 20, guidance: 1.6 },
  minutes: 10,
};

/** Points of the plane. */
const POINTS: Defaults = {
  model: {
    network: { kind: 'mlp', features: 2, width: 128, layers: 4, embedding: 32, noiseScale: 100, learnedVariance: false },
    schedule: 'clamped(cosine(), { min: -10, max: 10 })',
    process: 'variancePreserving',
    parameterization: 'v',
  },
  training: { ...MNIST.training, batch: 256, learningRate: 5e-3, conditionDropout: 0 },
  sampling: { sampler: 'angular', grid: 'uniformAngle({ power: 1.75 })', steps: 30, guidance: 1 },
  minutes: 1,
};

/** A folder of images, whose size and classes are those of the folder. */
const IMAGES_NETWORK = {
  kind: 'compact-unet' as const,
  widths: [64, 128],
  blocks: [1, 2, 1] satisfies [number, number, number],
  patch: 2,
  groups: 8,
  embedding: 128,
  noiseScale: 100,
  learnedVariance: false,
};
const IMAGES: Defaults = {
  model: { ...MNIST.model, network: { ...IMAGES_NETWORK, image: [32, 32, 3], classes: 0 } },
  training: { ...MNIST.training, learningRate: 3e-3 },
  sampling: { ...MNIST.sampling, guidance: 2.5 },
  minutes: 20,
};

/** The defaults for a kind of data. */
export const DEFAULTS: Readonly<Record<DataSpec['kind'], Defaults>> = { mnist: MNIST, points: POINTS, images: IMAGES };

/** The defaults for these data. */
export function defaultsFor(data: DataSpec): Defaults {
  if (data.kind !== 'images') return DEFAULTS[data.kind];
  const network = { ...IMAGES_NETWORK, image: data.size, classes: data.classes.length };
  return { ...IMAGES, model: { ...IMAGES.model, network } };
}

/**
 * Refuses images that the network for folders of images cannot halve at each of its levels.
 * @throws RangeError (`size-not-divisible`)
 */
export function expectDivisible(side: number): void {
  const { patch, widths } = IMAGES_NETWORK;
  const unit = patch * 2 ** (widths.length - 1);
  const nearest = Math.max(Math.round(side / unit), 1) * unit;
  if (side % unit !== 0)
    throw invalid('size-not-divisible', `\`--size\` must be divisible by ${unit}, got ${side}; the nearest is ${nearest}`);
}
