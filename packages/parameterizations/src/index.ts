export { edm } from './edm.js';
export { epsilon } from './epsilon.js';
export { type PosteriorCoefficients, posteriorMean } from './posterior-mean.js';
export { score } from './score.js';
export { quarterLogSigma, tableIndex, told } from './told.js';
export { trainedUnder } from './trained-under.js';
export { v } from './v.js';
export { velocity } from './velocity.js';
export { x0 } from './x0.js';
