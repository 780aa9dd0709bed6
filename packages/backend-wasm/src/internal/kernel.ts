/** How a kernel is written down and put into tfjs's registry. */
import { getKernel, type KernelConfig, registerKernel, type TensorInfo, unregisterKernel, util } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { isWasmBackend, type Module, moduleOf, type WasmBackend } from './module.js';

/** One call of a kernel, with what it works on. */
export interface Call<Attributes> {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attributes: Attributes;
  readonly backend: WasmBackend;
}

/** `Result` is `undefined` where a kernel leaves a case to the next: ours on the memory, then composed, then tfjs's. */
type Result = TensorInfo | TensorInfo[] | undefined;

/** A kernel by name: on the memory of tfjs, or composed of tfjs's kernels for where the memory cannot be had. */
export interface Kernel {
  readonly name: string;
  readonly run: (call: Call<unknown>, module: Module) => Result;
  readonly composed: ((call: Call<unknown>) => Result) | undefined;
}

/** Writes down a kernel with the attributes that tfjs hands over untyped. */
export function kernel<Attributes = object>(
  name: string,
  run: (call: Call<Attributes>, module: Module) => Result,
  composed?: (call: Call<Attributes>) => Result,
): Kernel {
  return { name, run: run as Kernel['run'], composed: composed as Kernel['composed'] };
}

/** What a kernel of ours stands before. */
const originals = new WeakMap<KernelConfig, KernelConfig | undefined>();

/**
 * Puts a kernel into the registry, over tfjs's where there is one, which stays in use for the cases that ours leaves. Called again, it may
 * change between our own WebAssembly and composition; a kernel that cannot be composed is taken out, and tfjs's put back.
 */
export function register({ name, run, composed }: Kernel, useModule: boolean): void {
  const present: KernelConfig | undefined = getKernel(name, 'wasm');
  const original = present && originals.has(present) ? originals.get(present) : present;
  const config = useModule || composed ? ours(name, useModule ? run : undefined, composed, original) : original;
  if (present) unregisterKernel(name, 'wasm');
  if (config) registerKernel(config);
}

function ours(
  name: string,
  run: Kernel['run'] | undefined,
  composed: Kernel['composed'],
  original: KernelConfig | undefined,
): KernelConfig {
  const config: KernelConfig = {
    kernelName: name,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      if (!isWasmBackend(backend)) throw new TypeError(`kernel ${name} was called for another backend than tfjs's wasm`);
      const call = { inputs: inputs as Call<unknown>['inputs'], attributes: attrs, backend };
      const module = run && moduleOf(backend);
      const result =
        (module && run(call, module)) ?? composed?.(call) ?? original?.kernelFunc({ inputs, ...(attrs && { attrs }), backend });
      if (result === undefined) throw new TypeError(`kernel ${name} cannot do this on the wasm backend: ${describe(call)}`);
      return result;
    },
    ...(original?.setupFunc && { setupFunc: original.setupFunc }),
    ...(original?.disposeFunc && { disposeFunc: original.disposeFunc }),
  };
  originals.set(config, original);
  return config;
}

function describe({ inputs, attributes }: Call<unknown>): string {
  const tensors = Object.entries(inputs).map(([name, tensor]) => `${name} ${tensor?.dtype} [${tensor?.shape}]`);
  return `${tensors.join(', ')}; ${JSON.stringify(attributes)}`;
}

/** Address of a tensor's first element. */
export function address(backend: WasmBackend, tensor: TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset;
}

/**
 * A fresh tensor, not initialised.
 * @throws RangeError if there is no memory for it, where tfjs would go on at address 0
 */
export function output(backend: WasmBackend, shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): TensorInfo {
  const out = backend.makeOutput([...shape], dtype);
  if (address(backend, out) === 0 && size(out) > 0)
    throw invalid('out-of-memory', `out of memory: a tensor [${shape}] of ${dtype}`);
  return out;
}

/** Whether all tensors are float32 and none is empty: the only case that our kernels handle. */
export function plain(...tensors: readonly (TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || (tensor.dtype === 'float32' && size(tensor) > 0));
}

/** Number of elements. */
export function size(tensor: TensorInfo): number {
  return util.sizeFromShape(tensor.shape);
}

/** Lends blocks of floats that last until `use` returns; a block of no floats has the address 0. */
export function withScratch<Blocks extends readonly number[]>(
  backend: WasmBackend,
  floats: Blocks,
  use: (...addresses: { [K in keyof Blocks]: number }) => void,
): void {
  const total = floats.reduce((sum, count) => sum + count, 0);
  const start = total > 0 ? backend.wasm._malloc(4 * total) >>> 0 : 0;
  if (total > 0 && start === 0) throw invalid('out-of-memory', `out of memory: ${4 * total} bytes of scratch memory`);
  try {
    let next = start;
    const addresses = floats.map((count) => {
      const block = count > 0 ? next : 0;
      next += 4 * count;
      return block;
    });
    use(...(addresses as unknown as { [K in keyof Blocks]: number }));
  } finally {
    if (start !== 0) backend.wasm._free(start);
  }
}

/** Runs one of tfjs's kernels by name, past the tape and the memory count: the caller disposes the result with `drop`. */
export function runOriginal(backend: WasmBackend, name: string, inputs: Record<string, TensorInfo>, attrs: object): TensorInfo {
  const config = getKernel(name, 'wasm') as KernelConfig | undefined;
  if (!config) throw new TypeError(`tfjs's wasm backend has no kernel ${name}`);
  const result = config.kernelFunc({ inputs, attrs: { ...attrs }, backend });
  const [first] = Array.isArray(result) ? result : [result];
  if (first === undefined) throw new TypeError(`kernel ${name} gave nothing`);
  return first;
}

/** Frees results of {@link runOriginal}. */
export function drop(backend: WasmBackend, ...tensors: readonly TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}
