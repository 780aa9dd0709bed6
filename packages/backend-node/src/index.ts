export { cuda } from './cuda.js';
export type { Check, DiagnosedBackend, NodeBackendOptions } from './diagnosed-backend.js';
export { nativeCpu } from './native-cpu.js';
