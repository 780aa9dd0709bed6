/** Kernels that take the place of tfjs's. */

/** Puts the kernels into tfjs's registry; `webgpu().load()` does so. */
export function registerKernels(): void {}
