/**
 * Where the elements of a value lie in memory. A logical shape, as TensorFlow.js has it, is taken apart into *atoms*: runs of
 * memory dimensions that each belong to one logical axis. An image [batch, height, width, channels] that lies as [N, C, H, W] has
 * the atoms N, C, H, W in that order, and axes [[N], [H], [W], [C]]. Reshaping and transposing then move nothing: they only tell
 * anew which atoms make up which axis. Axes of length 1 have no atoms.
 */
import { sizeOf } from '../graph.js';

/** Atoms' lengths in the order of memory, and for each logical axis its atoms, the most significant first. */
export interface Layout {
  readonly atoms: readonly number[];
  readonly axes: readonly (readonly number[])[];
}

/** The layout of a tensor in logical order. */
export function plainLayout(shape: readonly number[]): Layout {
  return layoutOf(
    shape,
    shape.map((_, axis) => axis),
  );
}

/** The layout of a tensor whose logical axes lie in the given order. */
export function layoutOf(shape: readonly number[], order: readonly number[]): Layout {
  const long = order.filter((axis) => shape[axis] !== 1);
  return {
    atoms: long.map((axis) => shape[axis] ?? 1),
    axes: shape.map((_, axis) => (long.includes(axis) ? [long.indexOf(axis)] : [])),
  };
}

/** The logical shape. */
export function shapeOf({ atoms, axes }: Layout): readonly number[] {
  return axes.map((parts) => sizeOf(parts.map((atom) => atoms[atom] ?? 1)));
}

/** Logical axes in another order. */
export function transposed({ atoms, axes }: Layout, perm: readonly number[]): Layout {
  return { atoms, axes: perm.map((axis) => axes[axis] ?? []) };
}

/** The same memory under another logical shape; undefined where an atom would have to be cut at a place that is no divisor. */
export function reshaped(layout: Layout, shape: readonly number[]): Layout | undefined {
  const order = layout.axes.flat();
  const cut = splitInto(
    order.map((atom) => layout.atoms[atom] ?? 1),
    shape,
  );
  if (cut === undefined) return undefined;
  return rebuilt(layout, order, cut.pieces, cut.groups);
}

/**
 * The same layout with atoms cut finer, so that along each axis they have boundaries at those of another partition of the axis.
 * @param partitions for each axis lengths, the most significant first, whose product is the axis' length; none for no boundaries
 */
export function refined(layout: Layout, partitions: readonly (readonly number[])[]): Layout | undefined {
  const order = layout.axes.flat();
  const pieces: number[][] = [];
  for (const [axis, parts] of layout.axes.entries()) {
    const own = parts.map((atom) => layout.atoms[atom] ?? 1);
    const cut = common(own, partitions[axis] ?? []);
    if (cut === undefined) return undefined;
    pieces.push(...cut);
  }
  const groups: number[][] = [];
  let next = 0;
  for (const [axis, parts] of layout.axes.entries()) {
    const count = parts.reduce((sum, _, i) => sum + (pieces[layout.axes.slice(0, axis).flat().length + i]?.length ?? 0), 0);
    groups.push(Array.from({ length: count }, () => next++));
  }
  return rebuilt(layout, order, pieces, groups);
}

/** Lengths of each axis' atoms. */
export function partitionsOf({ atoms, axes }: Layout): readonly (readonly number[])[] {
  return axes.map((parts) => parts.map((atom) => atoms[atom] ?? 1));
}

/** A layout whose atoms, listed in logical `order`, are each cut into `pieces`; `groups` are the axes in terms of all pieces. */
function rebuilt(
  layout: Layout,
  order: readonly number[],
  pieces: readonly (readonly number[])[],
  groups: readonly (readonly number[])[],
): Layout {
  const firstPiece: number[] = [];
  let count = 0;
  for (const parts of pieces) {
    firstPiece.push(count);
    count += parts.length;
  }
  const atoms: number[] = [];
  const place: number[] = []; // of each piece in memory
  for (const atom of layout.atoms.keys()) {
    const at = order.indexOf(atom);
    for (const [i, length] of (pieces[at] ?? []).entries()) {
      place[(firstPiece[at] ?? 0) + i] = atoms.length;
      atoms.push(length);
    }
  }
  return { atoms, axes: groups.map((group) => group.map((piece) => place[piece] ?? 0)) };
}

/** Cuts lengths so that they can be grouped into the lengths of `shape`. */
function splitInto(
  lengths: readonly number[],
  shape: readonly number[],
): { readonly pieces: number[][]; readonly groups: number[][] } | undefined {
  const pieces: number[][] = lengths.map(() => []);
  const groups: number[][] = [];
  let at = 0;
  let left = lengths[0] ?? 1;
  let count = 0;
  for (const wanted of shape) {
    const group: number[] = [];
    let need = wanted;
    while (need > 1) {
      const piece = need % left === 0 ? left : left % need === 0 ? need : undefined;
      if (piece === undefined || at >= lengths.length) return undefined;
      pieces[at]?.push(piece);
      group.push(count++);
      need /= piece;
      left /= piece;
      if (left === 1) left = lengths[++at] ?? 1;
    }
    groups.push(group);
  }
  return { pieces, groups };
}

/** Cuts each of `own` at the boundaries of `other`, two partitions of one length. */
function common(own: readonly number[], other: readonly number[]): number[][] | undefined {
  const boundaries = new Set<number>();
  let after = 1;
  for (const length of other.toReversed()) {
    after *= length;
    boundaries.add(after);
  }
  const pieces: number[][] = [];
  let low = 1;
  for (const length of own.toReversed()) {
    const high = low * length;
    const inside = [...boundaries].filter((boundary) => boundary > low && boundary < high).toSorted((a, b) => a - b);
    const cuts: number[] = [];
    let from = low;
    for (const boundary of [...inside, high]) {
      if (boundary % from !== 0) return undefined;
      cuts.unshift(boundary / from);
      from = boundary;
    }
    pieces.unshift(cuts);
    low = high;
  }
  return pieces;
}
