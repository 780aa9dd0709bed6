/** The adapter: tfjs's wasm backend, its gradients and its missing kernels, ready for training. */
import { findBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import { type Backend, invalid, registerGradients } from '@tweedie/core';
import { registerKernels } from './register-kernels.js';

/** Options of {@link wasm}. */
export interface WasmOptions {
  /** Where a browser finds tfjs's `.wasm` files: a folder's URL ending in `/`, or a URL for each file name. Node needs none. */
  readonly paths?: string | Readonly<Record<string, string>>;
}

const missing = "tfjs's wasm backend is not installed: `npm install @tensorflow/tfjs-backend-wasm`";

/**
 * The WebAssembly backend, which runs everywhere without installation: browsers and Node, one thread in Node. `load` imports
 * `@tensorflow/tfjs-backend-wasm`, sets it, and registers gradients and kernels.
 * @throws Error (`backend-not-installed`, `backend-failed`) from `load`
 */
export function wasm(options: WasmOptions = {}): Backend {
  const { paths } = options;
  return {
    name: 'wasm',
    async unavailable() {
      if (typeof WebAssembly === 'undefined') return 'this runtime has no WebAssembly';
      return (await importBackend()) ? undefined : missing;
    },
    async load() {
      const backend = await importBackend();
      if (!backend) throw invalid('backend-not-installed', missing, Error);
      if (paths !== undefined && !findBackend('wasm')) backend.setWasmPaths(typeof paths === 'string' ? paths : { ...paths });
      if (!(await setBackend('wasm'))) {
        throw invalid(
          'backend-failed',
          "tfjs's wasm backend did not start; in a browser, `paths` says where its .wasm files are",
          Error,
        );
      }
      await ready();
      registerGradients();
      registerKernels();
    },
  };
}

async function importBackend(): Promise<typeof import('@tensorflow/tfjs-backend-wasm') | undefined> {
  try {
    return await import('@tensorflow/tfjs-backend-wasm');
  } catch {
    return undefined;
  }
}
