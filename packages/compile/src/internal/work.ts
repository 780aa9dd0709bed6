/** How much arithmetic a graph is, so that small ones run on one thread. */
import { type Graph, type Node, sizeOf } from '../graph.js';

/** Below so many multiplications and additions of matrix products a run is over before a second thread is of use. */
const SMALL = 5e8;
const PER_ELEMENT = 64;

/** Whether a graph is too little work for several threads. */
export function isSmall({ nodes }: Graph): boolean {
  return nodes.reduce((sum, node) => sum + operations(node), 0) < SMALL;
}

function operations({ op, inputs, outputs }: Node): number {
  const [first, second] = [inputs[0]?.shape ?? [], inputs[1]?.shape ?? []];
  const result = outputs[0]?.shape ?? [];
  switch (op) {
    case 'MatMul':
      return 2 * sizeOf(result) * (first.at(-1) ?? 1);
    case 'Conv':
      return 2 * sizeOf(result) * sizeOf(second.slice(0, 3));
    case 'ConvInput':
      return 2 * sizeOf(first) * sizeOf(second.slice(0, 3));
    case 'ConvFilter':
      return 2 * sizeOf(second) * sizeOf(result.slice(0, 3));
    default:
      // What is done to each element takes the time of many operations of a product.
      return PER_ELEMENT * sizeOf(result);
  }
}
