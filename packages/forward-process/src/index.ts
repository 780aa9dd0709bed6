export { linearInterpolant } from './linear-interpolant.js';
export { perturb } from './perturb.js';
export { stepBack } from './step-back.js';
export { subVariancePreserving } from './sub-variance-preserving.js';
export { type Marginal, marginal, type Posterior, posterior, type Transition, transition } from './transition.js';
export { trigonometric } from './trigonometric.js';
export { varianceExploding } from './variance-exploding.js';
export { variancePreserving } from './variance-preserving.js';
