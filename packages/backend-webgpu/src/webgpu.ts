/** The adapter: tfjs's WebGPU backend on a device of our own, with its gradients, ready for training. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { engine, ready, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { type Backend, invalid, registerGradients } from '@tweedie/core';
import { compileAhead } from './internal/compile-ahead.js';
import { describeAdapter } from './internal/describe-adapter.js';
import { findGpu, installGpu } from './internal/gpu.js';
import { guarded } from './internal/guarded.js';
import { registerKernels } from './register-kernels.js';
import type { WebgpuReport } from './report.js';

/** Options of {@link webgpu}. */
export interface WebgpuOptions {
  /** Which GPU of a machine with two. Default `'high-performance'`. */
  readonly powerPreference?: 'high-performance' | 'low-power';
}

/** A {@link Backend} whose device may be lost, and can be loaded again. */
export interface WebgpuBackend extends Backend {
  /**
   * Aborted when the device of the last `load` is lost (`device-lost`), or fails, as when memory runs out (`device-failed`): give
   * it to `train` and `sample`. Tensors on that device are gone; `load` makes another one.
   */
  readonly lost: AbortSignal;
  /** What WebGPU runs on here, also before `load`; undefined where it is unavailable. */
  report(): Promise<WebgpuReport | undefined>;
  /**
   * Compiles the shaders of `work`, a synchronous function of tensors, without running it: what it computes is void. Else they
   * are compiled where they are first used, and the first training step blocks a page for seconds.
   * @throws Error (`backend-not-loaded`)
   */
  compile(work: () => unknown): Promise<void>;
  /** Destroys the device and all tensors on it. A program need not: it ends by itself. */
  dispose(): void;
}

type Tfjs = typeof import('@tensorflow/tfjs-backend-webgpu');

const name = 'webgpu';
const features: readonly GPUFeatureName[] = ['timestamp-query', 'bgra8unorm-storage'];
let loading: Promise<WebGPUBackend> | undefined;

/**
 * WebGPU, in browsers and, by the npm package `webgpu`, in Node. `load` makes a device with the largest limits, sets tfjs's
 * backend on it, and registers gradients and kernels; where there is such a device it keeps it.
 * @throws Error (`backend-unavailable`, `backend-failed`) from `load`
 */
export function webgpu(options: WebgpuOptions = {}): WebgpuBackend {
  const { powerPreference = 'high-performance' } = options;
  const pending = new AbortController().signal;
  let loaded: WebGPUBackend | undefined;
  return {
    name,
    get lost() {
      return loaded === undefined ? pending : guarded(loaded);
    },
    async unavailable() {
      const found = await find(powerPreference);
      return typeof found === 'string' ? found : undefined;
    },
    async report() {
      const found = await find(powerPreference);
      return typeof found === 'string' ? undefined : describeAdapter(found.adapter);
    },
    async load() {
      loading ??= load(powerPreference).finally(() => {
        loading = undefined;
      });
      loaded = await loading;
    },
    async compile(work) {
      if (loaded === undefined) throw invalid('backend-not-loaded', '`load` comes before `compile`', Error);
      await compileAhead(loaded, work);
    },
    dispose() {
      if (loaded !== undefined && engine().registry[name] === loaded) removeBackend(name);
    },
  };
}

/** An adapter and tfjs's package, or why they are not to be had. */
async function find(powerPreference: GPUPowerPreference): Promise<{ adapter: GPUAdapter; tfjs: Tfjs } | string> {
  const gpu = await findGpu();
  if (typeof gpu === 'string') return gpu;
  const adapter = await gpu.requestAdapter({ powerPreference });
  if (adapter === null)
    return 'WebGPU finds no adapter: no driver of a GPU works here, or the browser has blocked it (chrome://gpu)';
  // Last, since it registers a backend where there is `navigator.gpu`.
  const tfjs = await importTfjs();
  return tfjs === undefined
    ? "tfjs's WebGPU backend is not installed: `npm install @tensorflow/tfjs-backend-webgpu`"
    : { adapter, tfjs };
}

async function importTfjs(): Promise<Tfjs | undefined> {
  try {
    return await import('@tensorflow/tfjs-backend-webgpu');
  } catch {
    return undefined;
  }
}

async function load(powerPreference: GPUPowerPreference): Promise<WebGPUBackend> {
  const backend = (await living()) ?? (await make(powerPreference));
  if (engine().registry[name] !== backend) {
    // Of one that is lost, or of tfjs itself, which asks for a device that strict runtimes refuse.
    if (name in engine().registryFactory) removeBackend(name);
    registerBackend(name, () => backend, 3);
  }
  guarded(backend);
  await setBackend(name);
  await ready();
  registerGradients();
  registerKernels();
  return backend;
}

/** The backend that tfjs runs on already, also one that others made. */
async function living(): Promise<WebGPUBackend | undefined> {
  const backend = engine().registry[name];
  const tfjs = backend && (await importTfjs());
  return tfjs && backend instanceof tfjs.WebGPUBackend && !guarded(backend).aborted ? backend : undefined;
}

async function make(powerPreference: GPUPowerPreference): Promise<WebGPUBackend> {
  const found = await find(powerPreference);
  if (typeof found === 'string') throw invalid('backend-unavailable', found, Error);
  const { adapter, tfjs } = found;
  installGpu();
  try {
    const device = await adapter.requestDevice({
      requiredFeatures: features.filter((feature) => adapter.features.has(feature)),
      requiredLimits: { ...describeAdapter(adapter).limits },
    });
    return new tfjs.WebGPUBackend(device, adapter.info);
  } catch (error) {
    throw invalid('backend-failed', `WebGPU gives no device: ${error instanceof Error ? error.message : error}`, Error);
  }
}
