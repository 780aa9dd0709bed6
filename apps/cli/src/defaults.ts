/** The main job's settings: what a search over small networks found to give the most readable digits for ten minutes of two cores. */
import type { Run } from './run-file.js';

/** A new run on MNIST, but for its number of steps and the mean of the data. */
export const MNIST: Pick<Run, 'model' | 'sampling'> & {
  readonly data: Omit<Run['data'], 'mean'>;
  readonly training: Omit<Run['training'], 'steps' | 'engine'>;
} = {
  data: { kind: 'mnist', size: [28, 28, 1], classes: 10 },
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
    },
    process: { kind: 'variance-preserving', schedule: { kind: 'cosine', shift: 0.5, logSnr: [-10, 10] } },
    parameterization: 'v',
  },
  training: {
    batch: 32,
    learningRate: 4e-3,
    warmUp: 50,
    beta2: 0.99,
    clip: 1,
    averaging: 0.03,
    conditionDropout: 0.1,
    seed: 0,
  },
  sampling: { sampler: 'dpmpp-2m', grid: 'karras', steps: 20, guidance: 1.6 },
};
