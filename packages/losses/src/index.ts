export { type Arithmetic, numberArithmetic, type Operand, tensorArithmetic } from './arithmetic.js';
export { bitsPerDimension } from './bits-per-dimension.js';
export { type BoundTerm, boundTerm } from './bound-term.js';
export { type ConditionDropoutOptions, conditionDropout } from './condition-dropout.js';
export { consistencyElbo } from './consistency-elbo.js';
export type { Bins, Decoder } from './decoder.js';
export { type DiffusionBatch, type DiffusionInputs, type DiffusionLossOptions, diffusionLoss } from './diffusion-loss.js';
export { discreteElbo } from './discrete-elbo.js';
export { discreteElboWeighting } from './discrete-elbo-weighting.js';
export { discretizedGaussian } from './discretized-gaussian.js';
export { elbo } from './elbo.js';
export { type Gaussian, gaussianKl, gaussianLogDensity } from './gaussian.js';
export type { BoundInputs, BoundTensors } from './internal/bound-inputs.js';
export { type LearnedVarianceInputs, type LearnedVarianceOptions, learnedVarianceLoss } from './learned-variance-loss.js';
export { meanHalf } from './mean-half.js';
export { minSnr } from './min-snr.js';
export { type NoisyInputs, networkWeight, noisyInputs, type Training } from './noisy-inputs.js';
export { logNormalInterval } from './normal-tail.js';
export { perLogSnr } from './per-log-snr.js';
export { priorTerm, unitVariance } from './prior-term.js';
export { type PlannedStep, plannedSteps, type ReverseOptions } from './reverse-options.js';
export {
  collected,
  type MeanCoefficients,
  meanCoefficients,
  modelMean,
  type ReverseStep,
  reverseSteps,
  type VarianceBounds,
} from './reverse-step.js';
export { fixedLarge, fixedSmall, learnedLogVariance, learnedRange, type ReverseVariance } from './reverse-variance.js';
export { sigmoid } from './sigmoid.js';
export { simple } from './simple.js';
export { softmaxGaussian } from './softmax-gaussian.js';
export { type StepwiseBound, stepwiseBound } from './stepwise-bound.js';
export { stratified } from './stratified.js';
export { approximateNormalCdf, tanhDiscretizedGaussian } from './tanh-discretized-gaussian.js';
export { uniformTimes } from './uniform-times.js';
export { unweighted } from './unweighted.js';
export { varianceDenoiser } from './variance-denoiser.js';
export { type VariationalBoundInputs, type VariationalBoundOptions, variationalBound } from './variational-bound.js';
