export { accumulated } from './accumulated.js';
export { type AdamWOptions, adamW } from './adamw.js';
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type LossPoint } from './checkpoint.js';
export { clipFactor, globalNorm } from './clip.js';
export { eager } from './eager.js';
export { type Ema, ema } from './ema.js';
export { type Decay, halfLife, powerDecay, type RampOptions, rampedDecay, relativeHalfLife } from './ema-decay.js';
export {
  type ConstantRateOptions,
  constantRate,
  cosineRate,
  cosineRestartsRate,
  type DecayingRateOptions,
  type LearningRate,
  linearRate,
  polynomialRate,
} from './learning-rate.js';
export type { Optimizer, OptimizerState, Update } from './optimizer.js';
export { assignParameters, copyParameters, exchangeParameters, readParameters } from './parameters.js';
export { type Port, remote, serveGradients } from './remote.js';
export { sharded } from './sharded.js';
export { train } from './train.js';
export type { TrainOptions, TrainStep } from './train-options.js';
