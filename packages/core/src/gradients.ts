/** tfjs-core registers no gradient by itself; training needs them all, and no user should need a magic import for it. */
import { engine, getGradient, registerGradient } from '@tensorflow/tfjs-core';
import { gradientConfigs } from '#gradient-configs';
import { disposeAll } from './tree.js';

/** Registers tfjs's gradients, except where one is registered already. Idempotent; called by every backend's `load` and by `train`. */
export function registerGradients(): void {
  for (const config of gradientConfigs) if (getGradient(config.kernelName) == null) registerGradient(config);
}

/** Frees what a gradient saved for its way back: tfjs does so only where the way back succeeds. */
export function freeTape(): void {
  const { activeTape, gradientDepth } = engine().state;
  if (gradientDepth === 0) disposeAll(activeTape?.map(({ saved }) => saved));
}
