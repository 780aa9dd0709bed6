/** Walking trees: plain objects and arrays with tensors, numbers and strings at the leaves, as batches, inputs and conditions are. */
import { Tensor } from '@tensorflow/tfjs-core';

/** All tensors in a tree, each once. Typed arrays and class instances are leaves. */
export function tensorsIn(tree: unknown): readonly Tensor[] {
  const found = new Set<Tensor>();
  mapLeaves(tree, (leaf) => {
    if (leaf instanceof Tensor) found.add(leaf);
    return leaf;
  });
  return [...found];
}

/** Frees every tensor in the trees, whichever of them it is in. */
export function disposeAll(...trees: readonly unknown[]): void {
  for (const tensor of tensorsIn(trees)) tensor.dispose();
}

/** A copy of a tree with each leaf replaced by `map(leaf)`. */
export function mapLeaves(tree: unknown, map: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(tree)) return tree.map((item) => mapLeaves(item, map));
  if (!isPlainObject(tree)) return map(tree);
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, mapLeaves(value, map)]));
}

/** The same tree with each tensor replaced by another one: the shape of the tree, and so its type, stays. */
export function mapTensors<Tree>(tree: Tree, map: (tensor: Tensor) => Tensor): Tree {
  return mapLeaves(tree, (leaf) => (leaf instanceof Tensor ? map(leaf) : leaf)) as Tree;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
