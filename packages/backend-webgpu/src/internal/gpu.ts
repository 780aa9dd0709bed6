/** `navigator.gpu`: the browser's, or in Node that of the npm package `webgpu`, which is made once. */
import { missingVulkan } from './vulkan.js';

/** A variable, so that no bundler for browsers looks for the package. */
const dawn = 'webgpu';
let made: { readonly gpu: GPU; readonly globals: object } | undefined;

/** The entry to WebGPU, or why there is none. Changes nothing. */
export async function findGpu(): Promise<GPU | string> {
  const present: GPU | undefined = globalThis.navigator?.gpu;
  if (present !== undefined) return present;
  if (made !== undefined) return made.gpu;
  if (typeof process === 'undefined' || process.versions?.node === undefined)
    return globalThis.isSecureContext === false
      ? 'pages have WebGPU only in a secure context: serve this one over https or from localhost'
      : 'this browser has no WebGPU (`navigator.gpu`)';
  try {
    const { create, globals }: typeof import('webgpu') = await import(/* @vite-ignore */ /* webpackIgnore: true */ dawn);
    const missing = missingVulkan();
    if (missing !== undefined) return missing;
    made ??= { gpu: create([]), globals };
    return made.gpu;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
      ? 'the package that brings WebGPU to Node is not installed: `npm install webgpu`'
      : `the package \`webgpu\` does not load here: ${error instanceof Error ? error.message : error}`;
  }
}

/** Puts what {@link findGpu} made where tfjs looks for it. Node 20 has no `navigator`; later ones have one without `gpu`. */
export function installGpu(): void {
  if (made === undefined || globalThis.navigator?.gpu !== undefined) return;
  Object.assign(globalThis, made.globals);
  if (globalThis.navigator === undefined) {
    const value = { userAgent: `Node.js/${process.versions.node.split('.')[0]}` };
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true });
  }
  Object.defineProperty(globalThis.navigator, 'gpu', { value: made.gpu, configurable: true });
}
