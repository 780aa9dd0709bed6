export { type BackendChoice, useBackend } from './backend.js';
export { combine } from './combine.js';
export type * from './contracts.js';
export { denoiser } from './denoiser.js';
export { type CodedError, invalid } from './error.js';
export { registerGradients } from './gradients.js';
export { bits, foldIn, key, split, uniform } from './key.js';
export { normal, normalQuantile, normals } from './normal.js';
export { independentNoise, sample, sampleSteps } from './sample.js';
