/**
 * Group normalisation and its gradient. Statistics come from LayerNormalization over each group, which centres before it squares.
 * What is done to every pixel is done in as few passes as the engine allows, see `multiply-add.ts`.
 */
import type { Emitter, Lowered } from '../emitter.js';
import { multiplyAdd, type Named } from '../multiply-add.js';
import { at, type Rule, type Rules } from '../rule.js';
import { siluGradient } from '../silu-gradient.js';

interface Forward {
  /** Normalised. */
  readonly normal: Named;
  /** `normal·scale + shift` */
  readonly z: Named;
  readonly y: string;
  /** [N·groups, 1] */
  readonly mean: string;
  readonly rstd: string;
  /** [C] or [N, C] */
  readonly scale: Named;
  readonly sizes: Sizes;
}

interface Sizes {
  readonly batch: number;
  readonly channels: number;
  readonly pixels: number;
  readonly groups: number;
  /** Channels of a group. */
  readonly members: number;
}

/** Logical axes [batch, …, channels] in the order of memory. */
function order(rank: number): readonly number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

function channelsFirst(x: Lowered, rank: number, emitter: Emitter): string {
  const [batch = 0, channels = 1, ...pixels] = order(rank);
  return emitter.arranged(x, [[batch], [channels], pixels]);
}

/** A result [batch, …, channels] that lies as [N, C, P]. */
function laidFirst({ name, dims }: Named, shape: readonly number[], emitter: Emitter): Lowered {
  return { ...emitter.laid(name, shape, order(shape.length)), dims };
}

function sizesOf({ inputs, attributes }: Parameters<Rule>[0]): Sizes {
  const { shape } = at(inputs, 0);
  const [batch, channels] = [shape[0] ?? 1, shape.at(-1) ?? 1];
  const groups = attributes.groups as number;
  const pixels = shape.slice(1, -1).reduce((product, length) => product * length, 1);
  return { batch, channels, pixels, groups, members: channels / groups };
}

/** Written for value and gradient alike: equal nodes are one node. */
function forward(node: Parameters<Rule>[0], inputs: readonly Lowered[], emitter: Emitter): Forward {
  const sizes = sizesOf(node);
  const { batch, channels, pixels, groups, members } = sizes;
  const x = channelsFirst(at(inputs, 0), at(node.inputs, 0).shape.length, emitter);
  const dims = [batch * groups, members * pixels];
  const ones = emitter.node('Expand', [emitter.scalar(1), emitter.ints([members * pixels])]);
  const options = { axis: { int: 1 }, epsilon: { float: node.attributes.epsilon as number } };
  const grouped = emitter.reshape(x, [batch, channels, pixels], dims);
  const [rows = '', mean = '', rstd = ''] = emitter.all('LayerNormalization', [grouped, ones], options, 3);
  const normal = { name: rows, dims };
  const perSample = at(node.inputs, 1).shape.length === 2;
  const ofRows = { batch: perSample ? 1 : batch, rows: perSample ? batch * channels : channels, length: pixels };
  const [scale, shift] = [1, 2].map((i) => ({ name: emitter.plain(at(inputs, i)), dims: at(node.inputs, i).shape })) as [
    Named,
    Named,
  ];
  const z = multiplyAdd(emitter, normal, ofRows, scale, shift);
  const y = node.attributes.activation === 'silu' ? emitter.silu(z.name) : z.name;
  return { normal, z, y, mean, rstd, scale, sizes };
}

const groupNorm: Rule = (node, inputs, emitter) => {
  const { y, z, mean, rstd, sizes } = forward(node, inputs, emitter);
  const shape = [sizes.batch, sizes.groups];
  const statistics = [mean, rstd].map((name) =>
    emitter.laid(emitter.reshape(name, [sizes.batch * sizes.groups, 1], shape), shape),
  );
  return [laidFirst({ name: y, dims: z.dims }, at(node.outputs, 0).shape, emitter), ...statistics];
};

/** dx = rstd·(g − ⟨g⟩ − x̂·⟨g·x̂⟩) with g = u·scale; u the derivative by what the activation is applied to. */
const groupNormGrad: Rule = (node, inputs, emitter) => {
  const { normal, z, rstd, scale, sizes } = forward(node, inputs, emitter);
  const { batch, channels, pixels, groups, members } = sizes;
  const { shape } = at(node.outputs, 0);
  const dy = channelsFirst(at(inputs, 5), shape.length, emitter);
  const first = [batch, channels, pixels];
  const u =
    node.attributes.activation === 'silu'
      ? siluGradient(emitter, z, emitter.reshape(dy, first, z.dims))
      : { name: dy, dims: first };
  const sumU = emitter.sum(emitter.reshape(u.name, u.dims, first), [2]);
  const sumUx = products(emitter, u, normal, sizes);

  const byGroup = (name: string): string => emitter.reshape(name, [batch, channels], [batch, groups, members]);
  const inverse = emitter.reshape(rstd, [batch * groups, 1], [batch, groups, 1]);
  const perSample = scale.dims.length === 2;
  const scales = emitter.reshape(scale.name, scale.dims, [perSample ? batch : 1, groups, members]);
  const factor = emitter.node('Mul', [scales, inverse]);
  const weights = emitter.node('Mul', [factor, emitter.scalar(-1 / (members * pixels))]);
  const meanOf = (sums: string): Named => {
    const weighted = emitter.node('Mul', [byGroup(sums), weights]);
    return { name: emitter.sum(weighted, [2]), dims: [batch, groups] };
  };
  const ofGroups = { batch: 1, rows: batch * groups, length: members * pixels };
  const centre = multiplyAdd(emitter, normal, ofGroups, meanOf(sumUx), meanOf(sumU));
  const ofChannels = { batch: 1, rows: batch * channels, length: pixels };
  const dx = multiplyAdd(emitter, u, ofChannels, { name: factor, dims: [batch, groups, members] }, undefined, centre);
  const total = (sums: string): Lowered => {
    const { shape: own } = at(node.outputs, 1);
    return emitter.laid(own.length === 2 ? sums : emitter.sum(sums, [0]), own);
  };
  return [laidFirst(dx, shape, emitter), total(sumUx), total(sumU)];
};

/** Few pixels are summed faster than multiplied as matrices. */
const FEW = 128;

/** Σ u·x̂ over the pixels of each channel, [N, C]. */
function products(emitter: Emitter, u: Named, normal: Named, { batch, channels, pixels }: Sizes): string {
  const rows = [batch * channels, 1, pixels];
  const [a, b] = [emitter.reshape(u.name, u.dims, rows), emitter.reshape(normal.name, normal.dims, rows)];
  if (pixels < FEW || !emitter.dialect.fused)
    return emitter.reshape(emitter.sum(emitter.node('Mul', [a, b]), [1, 2]), [batch * channels], [batch, channels]);
  return emitter.reshape(emitter.matMul(a, b, false, true, 3, 3), [batch * channels, 1, 1], [batch, channels]);
}

export const normalizationRules: Rules = { GroupNorm: groupNorm, GroupNormGrad: groupNormGrad };
