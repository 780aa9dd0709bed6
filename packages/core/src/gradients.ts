/**
 * tfjs-core registers no gradient by itself; training needs them all, and no user should need a magic import for it. Nor are all that it
 * has right when they are differentiated again; `internal/repeatable-gradient.ts` makes them so.
 */
import { engine, getGradient, registerGradient } from '@tensorflow/tfjs-core';
import { gradientConfigs } from '#gradient-configs';
import { missingGradients } from './internal/missing-gradients.js';
import { readingOutput, repeatable } from './internal/repeatable-gradient.js';
import { disposeAll } from './tree.js';

/**
 * Registers tfjs's gradients, except where one is registered already, and makes them right when they are differentiated again.
 * Idempotent; called by every backend's `load` and by `train`.
 */
export function registerGradients(): void {
  for (const config of [...gradientConfigs, ...missingGradients])
    if (getGradient(config.kernelName) == null) registerGradient(config);
  for (const [kernelName, inputNames] of readingOutput) {
    const config = getGradient(kernelName);
    if (config != null && !('repeatable' in config)) registerGradient(repeatable(config, inputNames));
  }
}

/** Frees what a gradient saved for its way back: tfjs does so only where the way back succeeds. */
export function freeTape(): void {
  const { activeTape, gradientDepth } = engine().state;
  if (gradientDepth === 0) disposeAll(activeTape?.map(({ saved }) => saved));
}
