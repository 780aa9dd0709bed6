export { type AdaptiveSolver, dpmSolverAdaptiveTrajectory, kDiffusionAdaptiveTrajectory } from './adaptive.js';
export { difference, type Pair, type Tolerance } from './compare.js';
export { dataUrl } from './data-url.js';
export { type Comparison, describeGoldens } from './describe-goldens.js';
export { diffusersTrajectory } from './diffusers.js';
export { askedBeforeChurn, flowChurned } from './diffusers-churn.js';
export { fewStepTrajectory } from './diffusers-few-step.js';
export { diffusersPndmTrajectory, type PastNoises, type PlayedMultistep } from './diffusers-pndm.js';
export { dpmSolverTrajectory } from './dpm-solver.js';
export { edmAblationTrajectory } from './edm-ablation.js';
export { float32Tolerance } from './float32-tolerance.js';
export { casesOf, type GoldenCase, type GoldenFile, type GoldenHeader, type Json, type JsonRecord } from './golden-file.js';
export {
  type GoldenDenoiser,
  type GoldenPath,
  type GoldenRun,
  goldenSampler,
  levelOf,
  type PeerDenoiser,
  type Played,
} from './golden-sampler.js';
export { improvedDiffusionLevels, improvedDiffusionTrajectory } from './improved-diffusion.js';
export { edmTrajectory, kDiffusionTrajectory } from './k-diffusion.js';
export { byStep } from './lowering-order.js';
export { mixtureOf } from './mixture.js';
export { type MultistepRequest, multistepRequest, underCurved } from './multistep-peers.js';
export { flag, list, number, numbers, record, shape, slices, text } from './read.js';
export { rescaledByBatch, type ScoreSdeParts, type ScoreSdePlay, scoreSdeTrajectory } from './score-sde.js';
export { settings } from './settings.js';
export {
  diffusersSinglestepTrajectory,
  dpmFastTrajectory,
  dpmSolverSinglestepTrajectory,
  evaluationsOf,
  kDiffusionDrawsTrajectory,
  type PlayedBlocks,
  type SinglestepBlock,
} from './singlestep.js';
