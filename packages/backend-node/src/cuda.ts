/** CUDA in Node: `@tensorflow/tfjs-node-gpu`, which is libtensorflow 2.9.1 for CUDA 11.2 and cuDNN 8.1. */
import type { DiagnosedBackend, NodeBackendOptions } from './diagnosed-backend.js';
import { cudaKind } from './internal/kinds.js';
import { thisMachine } from './internal/machine.js';
import { nodeBackend } from './internal/node-backend.js';

/**
 * The backend that runs on an NVIDIA GPU. Its `unavailable` looks at the runtime, the package, the driver, the GPU, the libraries
 * of CUDA and cuDNN, and at last starts libtensorflow in a process of its own (seconds); it tells the first thing that is wrong
 * and what mends it. `load` lets GPU memory grow as needed and keeps libtensorflow silent, unless `TF_FORCE_GPU_ALLOW_GROWTH` and
 * `TF_CPP_MIN_LOG_LEVEL` are set; a worker thread cannot set them for itself. It never runs on the processor instead.
 * @param options where the package is resolved from
 * @throws Error (`backend-not-installed`, `backend-failed`) from `load`
 */
export function cuda(options: NodeBackendOptions = {}): DiagnosedBackend {
  return nodeBackend(cudaKind, options, thisMachine());
}
