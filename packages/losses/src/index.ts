export { type AdaptiveMemory, adaptive } from './adaptive.js';
export { antithetic } from './antithetic.js';
export { type Augmentation, augmentation } from './augmentation.js';
export { augmented } from './augmented.js';
export { bridgeScore, scoreGain } from './bridge-score.js';
export { type BrownianBridgeOptions, brownianBridge } from './brownian-bridge.js';
export { type ConditionDropoutOptions, conditionDropout } from './condition-dropout.js';
export { cosMap } from './cos-map.js';
export { type Coupling, independent, type Pairing, type Unpaired } from './coupling.js';
export { type DiffusionBatch, type DiffusionInputs, type DiffusionLossOptions, diffusionLoss } from './diffusion-loss.js';
export { drawn, type TimeDensity } from './drawn.js';
export { type EdmOptions, edm } from './edm.js';
export { edmMonotone } from './edm-monotone.js';
export { elbo } from './elbo.js';
export { type EntropicTransportOptions, entropicTransport } from './entropic-transport.js';
export { type FlowEnds, type FlowPoints, flowInputs } from './flow-inputs.js';
export { type FlowBatch, type FlowInputs, type FlowMatchingOptions, flowMatching } from './flow-matching.js';
export type { FlowPath, PathCoefficients, PathPoint } from './flow-path.js';
export { type FlowTarget, type FlowTargetPoint, flowVelocity } from './flow-target.js';
export { fmOt } from './fm-ot.js';
export { iddpmCosine } from './iddpm-cosine.js';
export { impliedWeight } from './implied-weight.js';
export { type ImportanceMemory, importance } from './importance.js';
export { indi } from './indi.js';
export { isMonotone, rises } from './is-monotone.js';
export { likelihood } from './likelihood.js';
export { type Assignment, linearAssignment } from './linear-assignment.js';
export { lipmanPath } from './lipman-path.js';
export { logLogistic } from './log-logistic.js';
export { logNormal } from './log-normal.js';
export { logitNormal } from './logit-normal.js';
export { minSnr } from './min-snr.js';
export { minibatchOptimalTransport } from './minibatch-optimal-transport.js';
export { mode } from './mode.js';
export {
  type Coefficients,
  coefficients,
  type NoisyInputs,
  networkWeight,
  noisyInputs,
  type Training,
} from './noisy-inputs.js';
export { p2 } from './p2.js';
export { perLogSnr } from './per-log-snr.js';
export { pseudoHuber } from './pseudo-huber.js';
export { sigmoid } from './sigmoid.js';
export { simple } from './simple.js';
export { type SinkhornOptions, sinkhorn } from './sinkhorn.js';
export { snr } from './snr.js';
export { softMinSnr } from './soft-min-snr.js';
export { step } from './step.js';
export { straightPath } from './straight-path.js';
export { stratified } from './stratified.js';
export { squaredDistances, type TransportOptions } from './transport-costs.js';
export { trigonometricPath } from './trigonometric-path.js';
export { truncatedSnr } from './truncated-snr.js';
export { uniformTimes } from './uniform-times.js';
export { unweighted } from './unweighted.js';
