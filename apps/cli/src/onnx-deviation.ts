/** How far an exported network is from the network itself. */
import { type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { key, type Network, normal } from '@tweedie/core';
import { classesOf, type ModelSpec, sampleShape } from './model-spec.js';

/**
 * Largest difference between ONNX Runtime and TensorFlow.js on noise, relative to the largest value. Needs onnxruntime-node.
 * @param model a `.onnx` file with the inputs `x`, `noise` and, if there are classes, `label` and the output `prediction`
 * @param batches batch sizes to try
 */
export async function onnxDeviation(
  model: Uint8Array,
  network: Network<Tensor | undefined>,
  spec: ModelSpec['network'],
  batches: readonly number[],
): Promise<number> {
  const { InferenceSession, Tensor: OnnxTensor } = await import('onnxruntime-node');
  const classes = classesOf(spec);
  const session = await InferenceSession.create(model);
  const deviations: number[] = [];
  try {
    for (const batch of batches) {
      const noise = Float32Array.from({ length: batch }, (_, i) => (i + 0.5) / batch);
      const labels = Int32Array.from({ length: batch }, (_, i) => (classes + i) % (classes + 1)); // "none" first
      const [x, levels, label] = [normal(key(batch), [batch, ...sampleShape(spec)]), tensor1d(noise), tensor1d(labels, 'int32')];
      const expected = network.apply(x, levels, label);
      const { prediction } = await session.run({
        x: new OnnxTensor('float32', await x.data<'float32'>(), x.shape),
        noise: new OnnxTensor('float32', noise, [batch]),
        ...(classes > 0 && { label: new OnnxTensor('int32', labels, [batch]) }),
      });
      deviations.push(largestDeviation(prediction?.data, await expected.data<'float32'>()));
      for (const tensor of [x, levels, label, expected]) tensor.dispose();
    }
  } finally {
    await session.release();
  }
  return Math.max(...deviations);
}

function largestDeviation(found: unknown, expected: Float32Array): number {
  if (!(found instanceof Float32Array) || found.length !== expected.length) return Number.NaN;
  let [difference, largest] = [0, 0];
  for (const [i, value] of expected.entries()) {
    difference = Math.max(difference, Math.abs(value - (found[i] ?? Number.NaN)));
    largest = Math.max(largest, Math.abs(value));
  }
  return difference === 0 ? 0 : difference / largest; // a fresh network gives nothing but zeros
}
