/** What a compiled graph depends on: the tree of the inputs, shapes and types of its tensors, and all that is not a tensor. */
import { type NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { invalid, mapLeaves } from '@tweedie/core';

/** The tensors of a tree by name, and a key that is equal for trees that can share a graph. */
export function signature(tree: unknown): { readonly key: string; readonly tensors: NamedTensorMap } {
  const tensors: NamedTensorMap = {};
  const described = mapLeaves(tree, (leaf) => {
    if (leaf instanceof Tensor) {
      const name = `input:${Object.keys(tensors).length}`;
      tensors[name] = leaf;
      return `${name} ${leaf.dtype} [${leaf.shape}]`;
    }
    if (leaf === undefined || leaf === null || typeof leaf === 'number' || typeof leaf === 'boolean' || typeof leaf === 'string')
      return `${typeof leaf} ${leaf}`;
    throw invalid(
      'input-not-plain',
      `inputs of a compiled function must be tensors, numbers, strings, booleans, arrays and plain objects, got ${String(leaf)}`,
      TypeError,
    );
  });
  return { key: JSON.stringify(described), tensors };
}

/** The tree with its tensors, numbered as {@link signature} does, replaced. */
export function withTensors<Tree>(tree: Tree, tensors: Readonly<NamedTensorMap>): Tree {
  let next = 0;
  return mapLeaves(tree, (leaf) => (leaf instanceof Tensor ? tensors[`input:${next++}`] : leaf)) as Tree;
}
