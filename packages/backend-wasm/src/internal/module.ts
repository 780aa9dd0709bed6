/** Our WebAssembly module on the memory of tfjs's: kernels read and write tensors where they lie. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { kernels } from './kernels.generated.js';

type Numbers = (...values: number[]) => void;

/** The exports of `assembly/index.ts`, where each is documented. Addresses and strides are bytes, sizes are elements. */
export interface Module {
  readonly adamW: Numbers;
  readonly binary: Numbers;
  readonly conv2d: Numbers;
  readonly conv2dBackpropFilter: Numbers;
  readonly conv2dBackpropInput: Numbers;
  readonly copyRows: Numbers;
  readonly cos: (...values: number[]) => number;
  readonly gatherPieces: Numbers;
  readonly groupNorm: Numbers;
  readonly groupNormGrad: Numbers;
  readonly lerp: Numbers;
  readonly matMul: Numbers;
  readonly segmentSum: Numbers;
  readonly silu: Numbers;
  readonly siluGrad: Numbers;
  readonly sin: (...values: number[]) => number;
  readonly squaredNorm: (...values: number[]) => number;
  readonly sum: Numbers;
  readonly transpose: Numbers;
  readonly upsample: Numbers;
  readonly upsampleGrad: Numbers;
}

/** What we use of tfjs's `BackendWasm`. */
export interface WasmBackend {
  readonly wasm: { _malloc(bytes: number): number; _free(address: number): void; readonly asm?: object };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: 'float32' | 'int32'): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array | Int32Array | Uint8Array;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
}

/** Whether a backend is tfjs's wasm backend, as far as we need to know. */
export function isWasmBackend(backend: unknown): backend is WasmBackend {
  return (
    typeof backend === 'object' && backend !== null && 'wasm' in backend && 'dataIdMap' in backend && 'makeOutput' in backend
  );
}

const modules = new WeakMap<object, Module | null>();

/**
 * The module of a backend, or `undefined` where there cannot be one: no SIMD, memory shared between threads, or a build of tfjs that
 * does not show its memory. One per backend, made when first asked for.
 */
export function moduleOf(backend: WasmBackend): Module | undefined {
  let module = modules.get(backend);
  if (module === undefined) {
    module = instantiate(backend) ?? null;
    modules.set(backend, module);
  }
  return module ?? undefined;
}

function instantiate(backend: WasmBackend): Module | undefined {
  const memory = Object.values(backend.wasm.asm ?? {}).find((value) => value instanceof WebAssembly.Memory);
  if (memory === undefined || !(memory.buffer instanceof ArrayBuffer)) return undefined;
  try {
    const binary = Uint8Array.from(atob(kernels), (character) => character.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
    return exports as unknown as Module;
  } catch {
    return undefined; // no SIMD, or a browser that compiles nothing on its main thread
  }
}
