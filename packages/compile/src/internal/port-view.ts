/** Inputs and outputs of a session as parts of one buffer. */
import type { PortMemory } from '../engine.js';
import type { OnnxType } from '../onnx.js';

/** A port of a fixed shape and its place in the buffer. */
export interface PortLayout {
  readonly name: string;
  readonly type: Exclude<OnnxType, 'int64'>;
  readonly shape: readonly number[];
  /** First byte. */
  readonly offset: number;
  /** Elements. */
  readonly length: number;
}

/** The port's elements in the buffer. */
export function portView({ type, offset, length }: PortLayout, buffer: ArrayBufferLike): PortMemory {
  if (type === 'float32') return new Float32Array(buffer, offset, length);
  if (type === 'int32') return new Int32Array(buffer, offset, length);
  return new Uint8Array(buffer, offset, length);
}

/** All of them by name. */
export function portViews(ports: readonly PortLayout[], buffer: ArrayBufferLike): Readonly<Record<string, PortMemory>> {
  return Object.fromEntries(ports.map((port) => [port.name, portView(port, buffer)]));
}
