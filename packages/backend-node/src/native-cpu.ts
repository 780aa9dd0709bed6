/** Native CPU in Node: `@tensorflow/tfjs-node`, which is libtensorflow on all cores. */
import type { DiagnosedBackend, NodeBackendOptions } from './diagnosed-backend.js';
import { nativeCpuKind } from './internal/kinds.js';
import { thisMachine } from './internal/machine.js';
import { nodeBackend } from './internal/node-backend.js';

/**
 * The backend that runs libtensorflow on the processor. Its `unavailable` looks at the runtime, the platform and the package, and
 * at last starts libtensorflow in a process of its own; it tells the first thing that is wrong and what mends it.
 * @param options where the package is resolved from
 * @throws Error (`backend-not-installed`, `backend-failed`) from `load`
 */
export function nativeCpu(options: NodeBackendOptions = {}): DiagnosedBackend {
  return nodeBackend(nativeCpuKind, options, thisMachine());
}
