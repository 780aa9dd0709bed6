/** How an operation of the graph is lowered. */
import type { Node, Value } from '../graph.js';
import type { Emitter, Lowered } from './emitter.js';

/**
 * Writes a node's operation in ONNX; gives what its outputs are. `of` gives values that come before the inputs, for operations
 * that are better done together; what nothing uses then is left out.
 */
export type Rule = (
  node: Node,
  inputs: readonly Lowered[],
  emitter: Emitter,
  of: (value: Value) => Lowered,
) => Lowered | readonly Lowered[];

/** Rules by the operation's name. */
export type Rules = Readonly<Record<string, Rule>>;

/** An input that the operation always has. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`an operation lacks its input ${index}`);
  return found;
}
