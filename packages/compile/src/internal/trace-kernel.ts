/** How a kernel of TensorFlow.js is written down for tracing: which operations of the graph it stands for. */
import type { Value } from '../graph.js';
import type { Builder } from './builder.js';

type Inputs = Readonly<Record<string, Value>>;

/** A kernel by name. */
export interface TraceKernel {
  readonly name: string;
  trace(builder: Builder, inputs: Inputs, attributes: object): Value | readonly Value[];
}

/** Writes down a kernel with the inputs and attributes that TensorFlow.js hands over untyped. */
export function kernel<Input extends string, Attributes = object>(
  name: string,
  trace: (builder: Builder, inputs: Readonly<Record<Input, Value>>, attributes: Attributes) => Value | readonly Value[],
): TraceKernel {
  return { name, trace: trace as TraceKernel['trace'] };
}
