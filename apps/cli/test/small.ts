/** A small model of images, and what its tests ask of it. */
import { randomUniform } from '@tensorflow/tfjs-core';
import { key } from '@tweedie/core';
import type { drawSamples } from '../src/draw-samples.js';
import { buildModel, type Model, type ModelSpec } from '../src/model-spec.js';

export const spec: ModelSpec = {
  network: {
    kind: 'compact-unet',
    image: [8, 8, 1],
    widths: [8, 16],
    blocks: [0, 1, 1],
    classes: 3,
    patch: 2,
    groups: 4,
    embedding: 16,
    noiseScale: 100,
    learnedVariance: false,
  },
  schedule: 'clamped(shifted(cosine(), 0.5), { min: -10, max: 10 })',
  process: 'variancePreserving',
  parameterization: 'v',
};
export const run: Parameters<typeof drawSamples>[1] = {
  data: { kind: 'mnist', size: [8, 8, 1], classes: 3, mean: -0.5 },
  model: spec,
  training: { objective: 'diffusionLoss' },
};
export const settings: Parameters<typeof drawSamples>[2] = { sampler: 'ddpm', grid: 'karras', steps: 6, guidance: 2 };
export const labels: Int32Array = Int32Array.of(0, 1, 2, 0, 1);

/** A model with random weights everywhere, the same on every backend. */
export function awake(of: ModelSpec = spec): Model {
  const model = buildModel(of, key(0));
  let i = 0;
  for (const value of model.network.parameters.values()) value.assign(randomUniform(value.shape, -0.2, 0.2, 'float32', ++i));
  return model;
}

/** The largest difference. */
export function largest(a: Float32Array, b: Float32Array): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}
