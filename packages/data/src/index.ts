export { type BatchOptions, batches } from './batches.js';
export { centred, meanOf } from './centred.js';
export { checkerboard } from './checkerboard.js';
export type { Dataset } from './dataset.js';
export {
  eightGaussians,
  type GaussianMixture,
  type GaussianMixtureOptions,
  gaussianMixture,
  type NoisyComponent,
  type Scales,
} from './gaussian-mixture.js';
export { decodeIdx, type IdxArray } from './idx.js';
export { type ImageBytes, type ImageDataset, type LabelledImages, labelledImages } from './images.js';
export { mixtureDenoiser } from './mixture-denoiser.js';
export { mnist } from './mnist.js';
export { moons } from './moons.js';
export { type PointSource, pointBatches, pointTensor } from './points.js';
export { prefetch } from './prefetch.js';
export { epochs, permutation } from './shuffle.js';
export { swissRoll } from './swiss-roll.js';
