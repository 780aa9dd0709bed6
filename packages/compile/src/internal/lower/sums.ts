/** Sums and products, in the layouts that their operands already have. */
import { sizeOf, type Value } from '../../graph.js';
import type { Emitter, Lowered } from '../emitter.js';
import { type Layout, partitionsOf, refined, shapeOf } from '../layout.js';
import { at, type Rule, type Rules } from '../rule.js';

const reduce: Rule = ({ op, attributes, outputs }, inputs, emitter) => {
  const axes = attributes.axes as readonly number[];
  const { name, dims, layout } = at(inputs, 0);
  const gone = new Set(axes.flatMap((axis) => layout.axes[axis] ?? []));
  // One dimension for each run of atoms that go or stay.
  const runs: { readonly gone: boolean; length: number }[] = [];
  for (const [atom, length] of layout.atoms.entries()) {
    const last = runs.at(-1);
    if (last !== undefined && last.gone === gone.has(atom)) last.length *= length;
    else runs.push({ gone: gone.has(atom), length });
  }
  const lengths = runs.map(({ length }) => length);
  const seen = emitter.reshape(name, dims, lengths);
  const [rows = 1, columns = 1] = lengths;
  const ofRows = op === 'ReduceSum' && outputs[0]?.dtype === 'float32' && runs.length === 2 && runs[0]?.gone;
  const places = [...runs.keys()].filter((i) => runs[i]?.gone);
  const kept = [...layout.atoms.keys()].filter((atom) => !gone.has(atom));
  const reduced = (): string =>
    op === 'ReduceSum' ? emitter.sum(seen, places) : emitter.node(op, [seen], { axes: { ints: places }, keepdims: { int: 0 } });
  return {
    name: ofRows ? emitter.batchSum(seen, rows, columns) : reduced(),
    dims: ofRows ? [1, columns] : runs.filter(({ gone }) => !gone).map(({ length }) => length),
    layout: {
      atoms: kept.map((atom) => layout.atoms[atom] ?? 1),
      axes: layout.axes.filter((_, axis) => !axes.includes(axis)).map((parts) => parts.map((atom) => kept.indexOf(atom))),
    },
  };
};

/** What each atom of a matrix is to a product: a batch, a row of the result (`free`), or summed over. */
type Role = 'batch' | 'free' | 'summed';

function rolesOf({ axes }: Layout, roles: readonly Role[]): readonly Role[] {
  const found: Role[] = [];
  for (const [axis, parts] of axes.entries()) for (const atom of parts) found[atom] = roles[axis] ?? 'batch';
  return found;
}

function runsOf(roles: readonly Role[]): string {
  return roles.filter((role, i) => role !== roles[i - 1]).join(' ');
}

const length = (layout: Layout, axis: number): number => shapeOf(layout).at(axis) ?? 1;

/** A product of two matrices in memory of which one may be interleaved with the batch, as pixels of images are. */
function matrices(a: Lowered, b: Lowered, bias: Lowered | undefined, emitter: Emitter): Lowered {
  const [m, k, n] = [length(a.layout, 0), length(a.layout, 1), length(b.layout, 1)];
  const [left, right] = [runsOf(rolesOf(a.layout, ['free', 'summed'])), runsOf(rolesOf(b.layout, ['summed', 'free']))];

  if (left === 'free summed free' && a.layout.axes[1]?.length === 1) {
    // Channels between images and pixels: a convolution of one pixel.
    const [summed = 0] = a.layout.axes[1];
    const outer = sizeOf(a.layout.atoms.slice(0, summed));
    const inner = m / outer;
    const weights = emitter.reshape(emitter.arranged(b, [[1], [0]]), [n, k], [n, k, 1, 1]);
    const images = emitter.reshape(a.name, a.dims, [outer, k, inner, 1]);
    const shifted = emitter.node('Conv', bias === undefined ? [images, weights] : [images, weights, emitter.plain(bias)]);
    const [before, after] = [a.layout.atoms.slice(0, summed), a.layout.atoms.slice(summed + 1)];
    const column = n === 1 ? [] : [before.length];
    const rows = a.layout.axes[0]?.map((atom) => (atom > summed && n === 1 ? atom - 1 : atom)) ?? [];
    const layout = { atoms: [...before, ...(n === 1 ? [] : [n]), ...after], axes: [rows, column] };
    return { name: shifted, dims: [outer, n, inner, 1], layout };
  }

  const summedOver = contraction(a, b);
  if (summedOver !== undefined && left === 'summed free summed' && right === 'summed free summed' && bias === undefined) {
    // Pixels of both sides: a product for each image, then their sum.
    const [x, y] = summedOver;
    const outer = sizeOf(x.atoms.slice(0, x.axes[0]?.[0] ?? 0));
    const [images, others] = [
      emitter.reshape(a.name, a.dims, [outer, m, k / outer]),
      emitter.reshape(b.name, b.dims, [outer, n, k / outer]),
    ];
    if (y.axes[1]?.[0] === x.axes[0]?.[0])
      return {
        ...emitter.laid(emitter.batchSum(emitter.matMul(images, others, false, true, 3, 3), outer, m * n), [m, n]),
        dims: [1, m * n],
      };
  }

  const turned = (value: Lowered): { readonly name: string; readonly flip: boolean } => {
    const flip = value.layout.axes.flat().some((atom, i) => atom !== i) && isSwapped(value.layout);
    return { name: emitter.arranged(value, flip ? [[1], [0]] : [[0], [1]]), flip };
  };
  const [x, y] = [turned(a), turned(b)];
  if (bias === undefined && !x.flip && !y.flip) return emitter.laid(emitter.node('MatMul', [x.name, y.name]), [m, n]);
  const inputs = bias === undefined ? [x.name, y.name] : [x.name, y.name, emitter.plain(bias)];
  return emitter.laid(emitter.node('Gemm', inputs, { transA: { int: Number(x.flip) }, transB: { int: Number(y.flip) } }), [m, n]);
}

/** Whether a matrix lies transposed: all of its second axis, then all of its first. */
function isSwapped({ axes }: Layout): boolean {
  return [...(axes[1] ?? []), ...(axes[0] ?? [])].every((atom, i) => atom === i);
}

/** Both sides with the axis that is summed over cut into the same atoms, in the same order of memory. */
function contraction(a: Lowered, b: Lowered): readonly [Layout, Layout] | undefined {
  const [own, other] = [partitionsOf(a.layout)[1] ?? [], partitionsOf(b.layout)[0] ?? []];
  const left = refined(a.layout, [[], other]);
  const right = refined(b.layout, [own, []]);
  const ascending = (atoms: readonly number[] = []) => atoms.every((atom, i) => i === 0 || atom > (atoms[i - 1] ?? 0));
  return left && right && ascending(left.axes[1]) && ascending(right.axes[0]) ? [left, right] : undefined;
}

const matMul: Rule = ({ inputs: [first, second], outputs }, inputs, emitter) => {
  const [a, b, bias] = [at(inputs, 0), at(inputs, 1), inputs[2]];
  if (first?.shape.length === 2 && second?.shape.length === 2) return matrices(a, b, bias, emitter);
  const { shape } = at(outputs, 0);
  const rank = shape.length;
  const left = sided(a, first, emitter);
  const right = sided(b, second, emitter);
  const leads = [...Array(rank - 2).keys()];
  // What comes from channels before pixels goes on so: the transposed product of both.
  if (right.flip && bias === undefined && right.rank === rank) {
    const name = emitter.matMul(right.name, left.name, false, !left.flip, right.rank, left.rank);
    return emitter.laid(name, shape, [...leads, rank - 1, rank - 2]);
  }
  const product = emitter.matMul(left.name, right.name, left.flip, right.flip, left.rank, right.rank);
  return emitter.laid(bias === undefined ? product : emitter.node('Add', [product, emitter.plain(bias)]), shape);
};

/** A batch of matrices as it lies, or as it lies transposed. */
function sided(
  value: Lowered,
  logical: Value | undefined,
  emitter: Emitter,
): { readonly name: string; readonly flip: boolean; readonly rank: number } {
  const rank = logical?.shape.length ?? 2;
  const leads = Array.from({ length: rank - 2 }, (_, axis) => [axis]);
  const { axes } = value.layout;
  const swapped = [...leads.flat(), rank - 1, rank - 2].flatMap((axis) => axes[axis] ?? []);
  const flip = !axes.flat().every((atom, i) => atom === i) && swapped.every((atom, i) => atom === i);
  const groups = flip ? [...leads, [rank - 1], [rank - 2]] : [...leads, [rank - 2], [rank - 1]];
  return { name: emitter.arranged(value, groups), flip, rank };
}

export const sumRules: Rules = {
  ...Object.fromEntries(['Sum', 'Mean', 'Max', 'Min', 'Prod'].map((kind) => [`Reduce${kind}`, reduce])),
  MatMul: matMul,
  ArgMax: argument,
  ArgMin: argument,
  CumSum: ({ attributes, outputs }, inputs, emitter) => {
    const { shape } = at(outputs, 0);
    const flags = { exclusive: { int: Number(attributes.exclusive) }, reverse: { int: Number(attributes.reverse) } };
    const axis = emitter.tensor('int32', [], Int32Array.of(attributes.axis as number));
    return emitter.laid(emitter.node('CumSum', [emitter.plain(at(inputs, 0)), axis], flags), shape);
  },
  Softmax: ({ attributes, outputs }, inputs, emitter) => {
    const { shape } = at(outputs, 0);
    const name = emitter.node('Softmax', [emitter.plain(at(inputs, 0))], { axis: { int: attributes.axis as number } });
    return emitter.laid(name, shape);
  },
};

function argument({ op, attributes, outputs }: Parameters<Rule>[0], inputs: readonly Lowered[], emitter: Emitter): Lowered {
  const { shape } = at(outputs, 0);
  const options = { axis: { int: attributes.axis as number }, keepdims: { int: 0 } };
  const found = emitter.node(op, [emitter.plain(at(inputs, 0))], options);
  return emitter.laid(emitter.node('Cast', [found], { to: { int: 6 } }), shape);
}
