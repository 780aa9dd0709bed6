/** Shaders that compute each element of their result from the elements at the same place of their inputs. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { size } from './plain.js';
import { dispatch, type GpuBackend, output, type Shader, workgroupsFor } from './shader.js';

const threads = 256;

/** A shader with one thread per element of the result. `element` is WGSL that computes `value` at `index`. */
export function perElement(name: string, inputs: readonly string[], element: string, parts: Partial<Shader> = {}): Shader {
  const code = `
    ${parts.code ?? ''}
    fn main(index: i32) {
      if (index >= uniforms.outShape.x) { return; }
      ${element}
      result[index] = value;
    }`;
  return { ...parts, name, inputs, threads, code };
}

/** Runs such a shader for a fresh tensor. */
export function runPerElement(
  backend: GpuBackend,
  shader: Shader,
  shape: readonly number[],
  inputs: Readonly<Record<string, TensorInfo>>,
  values: Readonly<Record<string, number>> = {},
): TensorInfo {
  const out = output(backend, shape);
  return dispatch(backend, shader, { inputs, values, output: out, workgroups: workgroupsFor(size(out), threads) });
}
