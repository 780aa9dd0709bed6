/**
 * How a shader is written down and run by tfjs's backend, which gives it one output, `result`, and compiles it once per `name`. Every tensor
 * is an array of floats to it, whatever its shape.
 */
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { size } from './plain.js';

/** A compute shader in WGSL. */
export interface Shader {
  /** Distinct for every text of {@link code}. */
  readonly name: string;
  /** The inputs' names in the code, arrays of `f32`, or of `vec4<f32>` for those in {@link vectors}. */
  readonly inputs: readonly string[];
  readonly vectors?: readonly string[];
  /** Names of the `i32` and of the `f32` values that a run gives, in the code `uniforms.name`. */
  readonly integers?: readonly string[];
  readonly floats?: readonly string[];
  /** Threads of a workgroup. */
  readonly threads: number;
  /** Holds `fn main(index: i32)`, `index` counting the threads of all workgroups; more may run than were asked for. */
  readonly code: string;
}

/** What a run of a shader needs. */
export interface Run {
  /** By the names of {@link Shader.inputs}. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  /** By the names of {@link Shader.integers} and {@link Shader.floats}. */
  readonly values?: Readonly<Record<string, number>>;
  readonly output: TensorInfo;
  readonly workgroups: number;
}

/** What is used of tfjs's WebGPU backend, without its types, which need those of WebGPU. */
export interface GpuBackend {
  readonly device: { readonly limits: { readonly maxStorageBuffersPerShaderStage: number } };
  makeTensorInfo(shape: number[], dtype: DataType): TensorInfo;
  disposeData(dataId: object): boolean;
  runWebGPUProgram(
    program: object,
    inputs: TensorInfo[],
    dtype: DataType,
    uniforms: { type: string; data: number[] }[],
    output: TensorInfo,
  ): TensorInfo;
}

/** Whether this is tfjs's WebGPU backend. */
export function isGpuBackend(backend: unknown): backend is GpuBackend {
  return typeof backend === 'object' && backend !== null && 'runWebGPUProgram' in backend;
}

/** A fresh float tensor, not initialised. */
export function output(backend: GpuBackend, shape: readonly number[]): TensorInfo {
  return backend.makeTensorInfo([...shape], 'float32');
}

/** Enqueues a run. */
export function dispatch(backend: GpuBackend, shader: Shader, { inputs, values = {}, output, workgroups }: Run): TensorInfo {
  const { name, vectors = [], integers = [], floats = [], threads, code } = shader;
  const flat = (tensor: TensorInfo): TensorInfo => ({ ...tensor, shape: [size(tensor)] });
  // Another rank than that of the inputs: tfjs compiles anew for each combination of inputs that have the shape of the output.
  const shape = [size(output), 1];
  const program = {
    variableNames: [...shader.inputs],
    variableComponents: shader.inputs.map((input) => (vectors.includes(input) ? 4 : 1)),
    uniforms: [...integers.map((key) => `${key} : i32,`), ...floats.map((key) => `${key} : f32,`)].join(' '),
    outputShape: shape,
    shaderKey: `tweedie_${name}`,
    dispatchLayout: { x: [0] },
    dispatch: [workgroups, 1, 1],
    workgroupSize: [threads, 1, 1],
    getUserCode: () => code,
  };
  const data = (type: string) => (key: string) => ({ type, data: [values[key] ?? Number.NaN] });
  backend.runWebGPUProgram(
    program,
    shader.inputs.map((key) => {
      const tensor = inputs[key];
      if (!tensor) throw new TypeError(`shader ${name} lacks its input ${key}`);
      return flat(tensor);
    }),
    'float32',
    [...integers.map(data('int32')), ...floats.map(data('float32'))],
    { ...output, shape },
  );
  return output;
}

/** Workgroups of `threads` threads for `count` elements. */
export function workgroupsFor(count: number, threads: number): number {
  return Math.ceil(count / threads);
}
