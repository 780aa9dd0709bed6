export { combinePlain } from './combine-plain.js';
export { describeGrid } from './describe-grid.js';
export { describeGuidance, type GuidanceSubject } from './describe-guidance.js';
export { describeParameterization, type End } from './describe-parameterization.js';
export { describeProcess } from './describe-process.js';
export { type Declared, describeSampler, type SamplerPromises } from './describe-sampler.js';
export { describeSchedule } from './describe-schedule.js';
export { type Form, forms, linearLogSnr } from './forms.js';
export {
  type GaussianMixture,
  mixtureDenoiser,
  mixtureDerivative,
  mixtureShareGradient,
  mixtureShares,
  threeGaussians,
} from './gaussian-mixture.js';
export { measuredOrder, measuredWeakOrder, type OrderOptions } from './measured-order.js';
export { momentScores } from './moment-scores.js';
export { liftedToTensors, onTensors } from './on-tensors.js';
export { pointDenoiser } from './point-denoiser.js';
export { probabilityFlow } from './probability-flow.js';
export { type PlainNoise, type PlainOptions, type PlainStep, samplePlain } from './sample-plain.js';
export { sampleTensors } from './sample-tensors.js';
