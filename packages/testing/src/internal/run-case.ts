/** Calls of kernels on the current backend, and what they must give. */
import { add, engine, grads, mul, type NamedTensorMap, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { KernelCase } from './kernel-cases.js';
import { differences, type Plain, random, toTensor } from './plain.js';

/** What the kernel gives. */
export function outputsOf(each: KernelCase): Tensor[] {
  return tidy(() => run(each, Object.values(each.inputs).map(toTensor)));
}

/** Of the float32 inputs, at a random `dy` of each output. */
export function gradientsOf(each: KernelCase): Tensor[] {
  return tidy(() => {
    const inputs: readonly Plain[] = Object.values(each.inputs);
    const tensors = inputs.map(toTensor);
    const moving = tensors.filter((_, i) => inputs[i]?.dtype === undefined);
    const directions = directionsOf(each).map(toTensor);
    const call = (...moved: Tensor[]): Tensor[] => {
      const rest = [...moved];
      return run(
        each,
        tensors.map((tensor, i) => (inputs[i]?.dtype === undefined ? (rest.shift() ?? tensor) : tensor)),
      );
    };
    const [only, ...others] = directions;
    if (only && others.length === 0) return grads((...moved: Tensor[]) => first(call(...moved)))(moving, only);
    return grads((...moved: Tensor[]) =>
      call(...moved)
        .map((output, i) => sum(mul(output, directions[i] ?? 0)))
        .reduce((total, term) => add(total, term)),
    )(moving);
  });
}

/** What {@link outputsOf} must give. */
export function expectedOutputs({ inputs, answer }: KernelCase): readonly Plain[] {
  return answer(...Object.values(inputs));
}

/** What {@link gradientsOf} must give. */
export function expectedGradients(each: KernelCase): readonly Plain[] {
  return differences(each.answer, Object.values(each.inputs), directionsOf(each)).filter((gradient) => gradient !== undefined);
}

function directionsOf(each: KernelCase): readonly Plain[] {
  return expectedOutputs(each).map(({ shape }, i) => random(shape, 90 + i));
}

function run({ kernel, inputs, attributes = {} }: KernelCase, tensors: readonly Tensor[]): Tensor[] {
  const named = Object.fromEntries(Object.keys(inputs).map((name, i) => [name, tensors[i] ?? first(tensors)]));
  // tfjs types a list of inputs as a map, too.
  const given: NamedTensorMap = Array.isArray(inputs) ? Object.assign([], named) : named;
  const outputs: Tensor | Tensor[] = engine().runKernel(kernel, given, attributes);
  return Array.isArray(outputs) ? outputs : [outputs];
}

function first(tensors: readonly Tensor[]): Tensor {
  const [tensor] = tensors;
  if (tensor === undefined) throw new TypeError('a kernel gave no output');
  return tensor;
}
