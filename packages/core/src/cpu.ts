/** The backend that runs everywhere: TensorFlow.js in plain JavaScript. A subpath of its own, so that who bundles core needs no backend. */
import { ready, setBackend } from '@tensorflow/tfjs-core';
import type { Backend } from './contracts.js';
import { invalid } from './error.js';
import { registerGradients } from './gradients.js';

const missing = "tfjs's cpu backend is not installed: `npm install @tensorflow/tfjs-backend-cpu`";

/**
 * Plain JavaScript, tens of times slower than the others at convolutions: for tests, small models, and as the last of a list.
 * @throws Error (`backend-not-installed`) from `load`
 */
export function cpu(): Backend {
  return {
    name: 'cpu',
    unavailable: async () => ((await imported()) ? undefined : missing),
    async load() {
      if (!(await imported())) throw invalid('backend-not-installed', missing, Error);
      await setBackend('cpu');
      await ready();
      registerGradients();
    },
  };
}

async function imported(): Promise<boolean> {
  try {
    await import('@tensorflow/tfjs-backend-cpu');
    return true;
  } catch {
    return false;
  }
}
