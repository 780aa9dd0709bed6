/** The exports of the module. It has no data and no heap: every address, scratch memory included, comes from outside. */
export { binary } from './binary';
export { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './conv';
export { copyRows, gatherPieces } from './copy';
export { groupNorm, groupNormGrad } from './group-norm';
export { matMul } from './matmul';
export { adamW, lerp, squaredNorm } from './optimizer';
export { transpose } from './panels';
export { sum } from './reduce';
export { segmentSum } from './segment-sum';
export { silu, siluGrad } from './silu';
export { cos, sin } from './sin-cos';
export { upsample, upsampleGrad } from './upsample';
