/** How a kernel is written down and put into tfjs's registry. */
import { getKernel, type KernelConfig, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core';
import { type GpuBackend, isGpuBackend } from './shader.js';

/** One call of a kernel, with what it works on. */
export interface Call<Attributes> {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attributes: Attributes;
  readonly backend: GpuBackend;
}

/** `undefined` where a kernel leaves a case to tfjs's own of that name. */
type Result = TensorInfo | TensorInfo[] | undefined;

/** A kernel by name. */
export interface Kernel {
  readonly name: string;
  readonly run: (call: Call<unknown>) => Result;
}

/** Writes down a kernel with the attributes that tfjs hands over untyped. */
export function kernel<Attributes = object>(name: string, run: (call: Call<Attributes>) => Result): Kernel {
  return { name, run: run as Kernel['run'] };
}

const registered = new WeakSet<KernelConfig>();

/** Puts a kernel into the registry, over tfjs's where there is one, which stays in use for the cases that ours leaves. */
export function register({ name, run }: Kernel): void {
  const original: KernelConfig | undefined = getKernel(name, 'webgpu');
  if (original && registered.has(original)) return;
  const config: KernelConfig = {
    ...original,
    kernelName: name,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      if (!isGpuBackend(backend)) throw new TypeError(`kernel ${name} was called for another backend than tfjs's webgpu`);
      const call = { inputs: inputs as Call<unknown>['inputs'], attributes: attrs, backend };
      const result = run(call) ?? original?.kernelFunc({ inputs, ...(attrs && { attrs }), backend });
      if (result === undefined) throw new TypeError(`kernel ${name} cannot do this on the webgpu backend: ${describe(call)}`);
      return result;
    },
  };
  registered.add(config);
  if (original) unregisterKernel(name, 'webgpu');
  registerKernel(config);
}

function describe({ inputs, attributes }: Call<unknown>): string {
  const tensors = Object.entries(inputs).map(([name, tensor]) => `${name} ${tensor?.dtype} [${tensor?.shape}]`);
  return `${tensors.join(', ')}; ${JSON.stringify(attributes)}`;
}
