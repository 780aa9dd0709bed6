/**
 * The small typed graph between tracing and lowering. Shapes are those of TensorFlow.js (images are [batch, height, width,
 * channels]); how a value lies in memory is decided later, by lowering.
 */

/** Element types of traced tensors. */
export type DType = 'float32' | 'int32' | 'bool';

/** Shape and element type of a tensor. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A constant's values; bool as bytes 0 and 1. */
export type ConstantData = Float32Array | Int32Array | Uint8Array;

/** Where a value comes from. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: ConstantData }
  /** Every element is the same number; never written out unless an operation needs it in memory. */
  | { readonly kind: 'splat'; readonly value: number }
  | { readonly kind: 'node'; readonly node: Node; readonly index: number };

/** A tensor of the graph. */
export interface Value extends TensorSpec {
  readonly id: number;
  readonly source: Source;
}

/** A plain-data attribute of an operation. */
export type Attribute = number | string | boolean | readonly number[] | readonly (readonly number[])[];

/** One operation; what its attributes mean is told where it is made, in `internal/builder.ts` and `internal/kernels/`. */
export interface Node {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly Value[];
}

/** A traced function. */
export interface Graph {
  /** By name, in the order they were declared; also those that nothing uses. */
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
  /** What the outputs need, in the order of the data flow. */
  readonly nodes: readonly Node[];
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The nodes that some values need, in the order of the data flow. */
export function nodesFor(values: Iterable<Value>): readonly Node[] {
  const seen = new Set<Node>();
  const ordered: Node[] = [];
  // By hand rather than recursively: a training step is thousands of nodes deep.
  const stack: { readonly node: Node; next: number }[] = [];
  const enter = ({ source }: Value): void => {
    if (source.kind !== 'node' || seen.has(source.node)) return;
    seen.add(source.node);
    stack.push({ node: source.node, next: 0 });
  };
  for (const value of values) {
    enter(value);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const input = top.node.inputs[top.next++];
      if (input !== undefined) enter(input);
      else {
        ordered.push(top.node);
        stack.pop();
      }
    }
  }
  return ordered;
}
