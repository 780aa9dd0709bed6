export { registerKernels } from './register-kernels.js';
export type { WebgpuLimits, WebgpuReport } from './report.js';
export { type WebgpuBackend, type WebgpuOptions, webgpu } from './webgpu.js';
