export { adaptiveProjected } from './adaptive-projected.js';
export { autoguidance } from './autoguidance.js';
export { cfgPlusPlus } from './cfg-plus-plus.js';
export { type ConditionOf, classifierFree, type Without } from './classifier-free.js';
export { dynamicallyThresholded } from './dynamically-thresholded.js';
export type { Correction, GuidanceScale } from './guidance-scale.js';
export { interval } from './interval.js';
export { matchedDeviation } from './matched-deviation.js';
export { thresholded } from './thresholded.js';
