/** Inputs and outputs of a session as ONNX Runtime takes them, by name. */
import { Tensor } from 'onnxruntime-node';
import { type PortLayout, portView } from './port-view.js';

/** Tensors over the buffer itself. */
export function portTensors(ports: readonly PortLayout[], buffer: ArrayBufferLike): Record<string, Tensor> {
  return Object.fromEntries(ports.map((port) => [port.name, tensor(port, buffer)]));
}

function tensor(port: PortLayout, buffer: ArrayBufferLike): Tensor {
  const data = portView(port, buffer);
  if (data instanceof Float32Array) return new Tensor('float32', data, port.shape);
  if (data instanceof Int32Array) return new Tensor('int32', data, port.shape);
  return new Tensor('bool', data, port.shape);
}
