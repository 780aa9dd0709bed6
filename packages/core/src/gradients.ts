/** tfjs-core registers no gradient by itself; training needs them all, and no user should need a magic import for it. */
import { getGradient, registerGradient } from '@tensorflow/tfjs-core';
import { gradientConfigs } from '#gradient-configs';

/** Registers tfjs's gradients, except where one is registered already. Idempotent; called by every backend's `load` and by `train`. */
export function registerGradients(): void {
  for (const config of gradientConfigs) if (getGradient(config.kernelName) == null) registerGradient(config);
}
