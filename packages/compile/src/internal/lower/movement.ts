/** Movement: reshaping and transposing are changes of layout and cost nothing; the rest cuts and joins memory. */
import { sizeOf } from '../../graph.js';
import type { Emitter, Lowered } from '../emitter.js';
import { plainLayout, reshaped, shapeOf, transposed } from '../layout.js';
import { at, type Rules } from '../rule.js';

/** A value seen with one dimension per atom, when each of `axes` is one atom or none; otherwise in logical order. */
function byAtoms(value: Lowered, axes: readonly number[], emitter: Emitter): Lowered & { readonly places: readonly number[] } {
  const simple = axes.every((axis) => value.layout.axes[axis]?.length === 1);
  if (!simple) return { ...emitter.straightened(value), places: axes };
  const { name, dims, layout } = value;
  return {
    name: emitter.reshape(name, dims, layout.atoms),
    dims: layout.atoms,
    layout,
    places: axes.map((axis) => layout.axes[axis]?.[0] ?? 0),
  };
}

/** The result of an operation that changed the lengths of some dimensions. */
function resized(name: string, value: Lowered, dims: readonly number[], shape: readonly number[]): Lowered {
  const still = value.dims === value.layout.atoms && dims.every((length) => length > 1);
  if (still) return { name, dims, layout: { atoms: dims, axes: value.layout.axes } };
  return { name, dims: shape, layout: plainLayout(shape) };
}

export const movementRules: Rules = {
  Reshape: ({ outputs }, inputs, emitter) => {
    const x = at(inputs, 0);
    const { shape } = at(outputs, 0);
    const layout = reshaped(x.layout, shape);
    if (layout !== undefined) return { ...x, layout };
    return emitter.laid(emitter.reshape(emitter.plain(x), shapeOf(x.layout), shape), shape);
  },
  Transpose: ({ attributes }, inputs) => {
    const x = at(inputs, 0);
    return { ...x, layout: transposed(x.layout, attributes.perm as readonly number[]) };
  },
  Broadcast: ({ outputs }, inputs, emitter) => {
    const { shape } = at(outputs, 0);
    return emitter.laid(emitter.node('Expand', [emitter.plain(at(inputs, 0)), emitter.ints(shape)]), shape);
  },
  Concat: ({ attributes, outputs }, inputs, emitter) => {
    const axis = attributes.axis as number;
    const { shape } = at(outputs, 0);
    // All parts as the largest one lies.
    const [leader] = inputs.toSorted((a, b) => sizeOf(b.dims) - sizeOf(a.dims));
    const groups = (leader && orderOf(leader)) ?? [...shape.keys()];
    const names = inputs.map((part) =>
      emitter.arranged(
        part,
        groups.map((i) => [i]),
      ),
    );
    const joined = emitter.node('Concat', names, { axis: { int: groups.indexOf(axis) } });
    return emitter.laid(joined, shape, groups);
  },
  Slice: ({ attributes, inputs: [input], outputs }, inputs, emitter) => {
    const { shape } = at(outputs, 0);
    const begin = attributes.begin as readonly number[];
    const cut = [...shape.keys()].filter((axis) => shape[axis] !== input?.shape[axis]);
    const x = byAtoms(at(inputs, 0), cut, emitter);
    const starts = cut.map((axis) => begin[axis] ?? 0);
    const ends = cut.map((axis) => (begin[axis] ?? 0) + (shape[axis] ?? 1));
    const name = emitter.node('Slice', [x.name, emitter.ints(starts), emitter.ints(ends), emitter.ints(x.places)]);
    const dims = cut.reduce((lengths, axis, i) => lengths.with(x.places[i] ?? 0, shape[axis] ?? 1), [...x.dims]);
    return x.dims === x.layout.atoms && dims.some((length) => length === 1)
      ? shrunk(name, dims, x, cut)
      : resized(name, x, dims, shape);
  },
  Pad: ({ attributes, inputs: [input], outputs }, inputs, emitter) => {
    const { shape } = at(outputs, 0);
    const [before, after] = [attributes.before as readonly number[], attributes.after as readonly number[]];
    const grown = [...shape.keys()].filter((axis) => shape[axis] !== input?.shape[axis]);
    const x = byAtoms(at(inputs, 0), grown, emitter);
    // Dimensions that stay as they are, side by side, are one: faster, and ONNX Runtime does not fuse it into a pooling that allows no such padding.
    const runs: { readonly grows: boolean; readonly low: number; readonly high: number; length: number }[] = [];
    for (const [place, length] of x.dims.entries()) {
      const axis = grown[x.places.indexOf(place)];
      const last = runs.at(-1);
      if (axis !== undefined) runs.push({ grows: true, low: before[axis] ?? 0, high: after[axis] ?? 0, length });
      else if (last !== undefined && !last.grows) last.length *= length;
      else runs.push({ grows: false, low: 0, high: 0, length });
    }
    const seen = emitter.reshape(
      x.name,
      x.dims,
      runs.map(({ length }) => length),
    );
    const pads = emitter.ints([...runs.map(({ low }) => low), ...runs.map(({ high }) => high)]);
    const name = emitter.node('Pad', [seen, pads, emitter.scalar(attributes.value as number, input?.dtype)]);
    const dims = grown.reduce((lengths, axis, i) => lengths.with(x.places[i] ?? 0, shape[axis] ?? 1), [...x.dims]);
    return { ...resized(name, x, dims, shape), dims: runs.map(({ length, low, high }) => low + length + high) };
  },
  Gather: ({ attributes, outputs }, inputs, emitter) => {
    const [x, indices] = [emitter.plain(at(inputs, 0)), emitter.plain(at(inputs, 1))];
    return emitter.laid(emitter.node('Gather', [x, indices], { axis: { int: attributes.axis as number } }), at(outputs, 0).shape);
  },
  Reverse: ({ attributes, outputs }, inputs, emitter) => {
    const axes = attributes.axes as readonly number[];
    const [last, beyond] = [axes.map(() => -1), axes.map(() => -(2 ** 31))];
    const ints = [last, beyond, axes, last].map((list) => emitter.ints(list));
    return emitter.laid(emitter.node('Slice', [emitter.plain(at(inputs, 0)), ...ints]), at(outputs, 0).shape);
  },
};

/** The logical axes in the order of memory, if every axis lies in one piece. */
function orderOf({ layout }: Lowered): readonly number[] | undefined {
  if (layout.axes.some((parts) => parts.some((atom, i) => i > 0 && atom !== (parts[i - 1] ?? 0) + 1))) return undefined;
  // Axes of length 1 lie anywhere: before the next one that has atoms.
  const first = layout.axes.map((parts) => parts[0]);
  const placed = first.map((atom, axis) => atom ?? first.slice(axis).find((next) => next !== undefined) ?? layout.atoms.length);
  return [...first.keys()].toSorted((a, b) => (placed[a] ?? 0) - (placed[b] ?? 0) || a - b);
}

/** A slice that left some axes with length 1, which then have no atoms. */
function shrunk(name: string, dims: readonly number[], { layout }: Lowered, cut: readonly number[]): Lowered {
  const kept = [...dims.keys()].filter((atom) => (dims[atom] ?? 1) > 1);
  const axes = layout.axes.map((parts, axis) =>
    cut.includes(axis) && parts.some((atom) => dims[atom] === 1) ? [] : parts.map((atom) => kept.indexOf(atom)),
  );
  return { name, dims, layout: { atoms: kept.map((atom) => dims[atom] ?? 1), axes } };
}
