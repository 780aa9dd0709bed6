export { affine } from './affine.js';
export { type AttentionOptions, attention } from './attention.js';
export { averagePool } from './average-pool.js';
export { classEmbedding } from './class-embedding.js';
export { classMap } from './class-map.js';
export { type CompactUNetOptions, compactUnet } from './compact-unet.js';
export { concatenated } from './concatenated.js';
export {
  type AnyCondition,
  type ConditionOf,
  type ConditionSizes,
  conditionEmbedding,
  type LabelAndVector,
  labelAndVector,
} from './condition-embedding.js';
export { type Conv2dOptions, conv2d } from './conv2d.js';
export { convolve } from './convolve.js';
export { downsample } from './downsample.js';
export { type Dropout, type DropoutPlace, dropout } from './dropout.js';
export { energyScore } from './energy-score.js';
export { type GroupNormOptions, groupNorm } from './group-norm.js';
export {
  fanInNormal,
  fanInUniform,
  type Initializer,
  type LayerStart,
  normalStart,
  ones,
  standardNormal,
  uniformStart,
  zeroStart,
  zeros,
} from './initializers.js';
export type { Layer, OutputOptions } from './layer.js';
export { linear } from './linear.js';
export { type MlpOptions, mlp } from './mlp.js';
export { type NoiseEmbeddingOptions, noiseEmbedding } from './noise-embedding.js';
export { type NoisyClassifierOptions, noisyClassifier } from './noisy-classifier.js';
export { normalization } from './normalization.js';
export { type ResidualBlock, type ResidualBlockOptions, residualBlock } from './residual-block.js';
export { type Scope, scope } from './scope.js';
export { silu } from './silu.js';
export { type SinusoidalOptions, sinusoidal } from './sinusoidal.js';
export { depthToSpace, spaceToDepth } from './space-to-depth.js';
export { type UNetOptions, unet } from './unet.js';
export { upsample } from './upsample.js';
export { upsampleNearest } from './upsample-nearest.js';
