export { registerKernels } from './register-kernels.js';
export { type WasmOptions, wasm } from './wasm.js';
