export { type Arithmetic, numberArithmetic, type Operand, tensorArithmetic } from './bounds/arithmetic.js';
export { bitsPerDimension } from './bounds/bits-per-dimension.js';
export type { BoundInputs, BoundTensors } from './bounds/bound-inputs.js';
export { type BoundTerm, boundTerm } from './bounds/bound-term.js';
export { consistencyElbo } from './bounds/consistency-elbo.js';
export type { Bins, Decoder } from './bounds/decoder.js';
export { discreteElbo } from './bounds/discrete-elbo.js';
export { discretizedGaussian } from './bounds/discretized-gaussian.js';
export { type Gaussian, gaussianKl, gaussianLogDensity } from './bounds/gaussian.js';
export { type LearnedVarianceInputs, type LearnedVarianceOptions, learnedVarianceLoss } from './bounds/learned-variance-loss.js';
export { meanHalf } from './bounds/mean-half.js';
export { logNormalInterval } from './bounds/normal-tail.js';
export { priorTerm, unitVariance } from './bounds/prior-term.js';
export { type PlannedStep, plannedSteps, type ReverseOptions } from './bounds/reverse-options.js';
export {
  collected,
  type MeanCoefficients,
  meanCoefficients,
  modelMean,
  type ReverseStep,
  reverseSteps,
  type VarianceBounds,
} from './bounds/reverse-step.js';
export { fixedLarge, fixedSmall, learnedLogVariance, learnedRange, type ReverseVariance } from './bounds/reverse-variance.js';
export { softmaxGaussian } from './bounds/softmax-gaussian.js';
export { type StepwiseBound, stepwiseBound } from './bounds/stepwise-bound.js';
export { approximateNormalCdf, tanhDiscretizedGaussian } from './bounds/tanh-discretized-gaussian.js';
export { varianceDenoiser } from './bounds/variance-denoiser.js';
export { type VariationalBoundInputs, type VariationalBoundOptions, variationalBound } from './bounds/variational-bound.js';
export { type ClassificationInputs, type ClassificationOptions, classification } from './classification.js';
export { type ConditionDropoutOptions, conditionDropout, type NamedDropoutOptions } from './condition-dropout.js';
export { type DiffusionBatch, type DiffusionInputs, type DiffusionLossOptions, diffusionLoss } from './diffusion-loss.js';
export { bridgeScore, scoreGain } from './flow/bridge-score.js';
export { type BrownianBridgeOptions, brownianBridge } from './flow/brownian-bridge.js';
export { type Coupling, independent, type Pairing, type Unpaired } from './flow/coupling.js';
export { type EntropicTransportOptions, entropicTransport } from './flow/entropic-transport.js';
export { type FlowEnds, type FlowPoints, flowInputs } from './flow/flow-inputs.js';
export { type FlowBatch, type FlowInputs, type FlowMatchingOptions, flowMatching } from './flow/flow-matching.js';
export type { FlowPath, PathCoefficients, PathPoint } from './flow/flow-path.js';
export { type FlowTarget, type FlowTargetPoint, flowVelocity } from './flow/flow-target.js';
export { type Assignment, linearAssignment } from './flow/linear-assignment.js';
export { lipmanPath } from './flow/lipman-path.js';
export { minibatchOptimalTransport } from './flow/minibatch-optimal-transport.js';
export { type SinkhornOptions, sinkhorn } from './flow/sinkhorn.js';
export { straightPath } from './flow/straight-path.js';
export { squaredDistances, type TransportOptions } from './flow/transport-costs.js';
export { trigonometricPath } from './flow/trigonometric-path.js';
export { type InputScaling, logProbability } from './log-probability.js';
export { type Coefficients, coefficients, type NoisyInputs, networkWeight, noisyInputs, type Training } from './noisy-inputs.js';
export { pseudoHuber } from './pseudo-huber.js';
export { checkCurvature } from './score/check-curvature.js';
export { type Curvature, exactCurvature, type Field, finiteDifferences } from './score/curvature.js';
export { type DenoisingScoreMatchingOptions, denoisingScoreMatching } from './score/denoising-score-matching.js';
export {
  type ExplicitInputs,
  type ExplicitScoreMatchingOptions,
  explicitScoreMatching,
} from './score/explicit-score-matching.js';
export { implicitScoreMatching } from './score/implicit-score-matching.js';
export type { ProbedOptions } from './score/probed-score-matching.js';
export { rademacher } from './score/rademacher.js';
export type { Diffused, ScoreInputs, ScoreMatchingOptions } from './score/score-inputs.js';
export { type SlicedInputs, type SlicedOptions, slicedScoreMatching } from './score/sliced-score-matching.js';
export { type AdaptiveMemory, adaptive } from './times/adaptive.js';
export { antithetic } from './times/antithetic.js';
export { augmented } from './times/augmented.js';
export { cosMap } from './times/cos-map.js';
export { drawn, type TimeDensity } from './times/drawn.js';
export { fixedTime } from './times/fixed-time.js';
export { type ImportanceMemory, importance } from './times/importance.js';
export { logLogistic } from './times/log-logistic.js';
export { logNormal } from './times/log-normal.js';
export { logitNormal } from './times/logit-normal.js';
export { mode } from './times/mode.js';
export { stratified } from './times/stratified.js';
export { uniformTimes } from './times/uniform-times.js';
export { type Augmentation, augmentation } from './weightings/augmentation.js';
export { discreteElboWeighting } from './weightings/discrete-elbo-weighting.js';
export { type EdmOptions, edm } from './weightings/edm.js';
export { edmMonotone } from './weightings/edm-monotone.js';
export { elbo } from './weightings/elbo.js';
export { fmOt } from './weightings/fm-ot.js';
export { iddpmCosine } from './weightings/iddpm-cosine.js';
export { impliedWeight } from './weightings/implied-weight.js';
export { indi } from './weightings/indi.js';
export { isMonotone, rises } from './weightings/is-monotone.js';
export { likelihood } from './weightings/likelihood.js';
export { minSnr } from './weightings/min-snr.js';
export { p2 } from './weightings/p2.js';
export { perLogSnr } from './weightings/per-log-snr.js';
export { perScore } from './weightings/per-score.js';
export { sigmoid } from './weightings/sigmoid.js';
export { simple } from './weightings/simple.js';
export { snr } from './weightings/snr.js';
export { softMinSnr } from './weightings/soft-min-snr.js';
export { step } from './weightings/step.js';
export { truncatedSnr } from './weightings/truncated-snr.js';
export { unweighted } from './weightings/unweighted.js';
