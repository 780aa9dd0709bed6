/**
 * Group normalisation and its gradient. Statistics come from LayerNormalization over each group, which centres before it squares.
 */
import type { Emitter, Lowered } from '../emitter.js';
import { at, type Rule, type Rules } from '../rule.js';

interface Forward {
  /** Normalised, [N, C, P]. */
  readonly normal: string;
  /** `normal·scale + shift` */
  readonly z: string;
  readonly y: string;
  readonly mean: string;
  readonly rstd: string;
  /** [1 or N, C, 1] */
  readonly scale: string;
  readonly batch: number;
  readonly channels: number;
  readonly pixels: number;
  readonly groups: number;
}

/** Axes [batch, …, channels] in the order of memory. */
function order(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

function channelsFirst(x: Lowered, rank: number, emitter: Emitter): string {
  const [batch = 0, channels = 1, ...pixels] = order(rank);
  return emitter.arranged(x, [[batch], [channels], pixels]);
}

/** Written once for value and gradient: equal nodes are one node. */
function forward({ inputs: values, attributes }: Parameters<Rule>[0], inputs: readonly Lowered[], emitter: Emitter): Forward {
  const shape = at(values, 0).shape;
  const groups = attributes.groups as number;
  const [batch, channels] = [shape[0] ?? 1, shape.at(-1) ?? 1];
  const pixels = shape.slice(1, -1).reduce((product, length) => product * length, 1);
  const x = channelsFirst(at(inputs, 0), shape.length, emitter);
  const members = (channels / groups) * pixels;
  const ones = emitter.node('Expand', [emitter.scalar(1), emitter.ints([members])]);
  const options = { axis: { int: 1 }, epsilon: { float: attributes.epsilon as number } };
  const grouped = emitter.reshape(x, [batch, channels, pixels], [batch * groups, members]);
  const [rows = '', mean = '', rstd = ''] = emitter.all('LayerNormalization', [grouped, ones], options, 3);
  const normal = emitter.reshape(rows, [batch * groups, members], [batch, channels, pixels]);
  const perSample = at(values, 1).shape.length === 2;
  const [scale = '', shift = ''] = [at(inputs, 1), at(inputs, 2)].map((value) =>
    emitter.reshape(emitter.plain(value), [], [perSample ? batch : 1, channels, 1]),
  );
  const z = emitter.node('Add', [emitter.node('Mul', [normal, scale]), shift]);
  const y = attributes.activation === 'silu' ? emitter.silu(z) : z;
  return { normal, z, y, mean, rstd, scale, batch, channels, pixels, groups };
}

const groupNorm: Rule = (node, inputs, emitter) => {
  const { y, mean, rstd, batch, groups } = forward(node, inputs, emitter);
  const { shape } = at(node.outputs, 0);
  const [channels = 1, pixels = 1] = [shape.at(-1), shape.slice(1, -1).reduce((product, length) => product * length, 1)];
  const laid = { ...emitter.laid(y, shape, order(shape.length)), dims: [batch, channels, pixels] };
  const statistics = [mean, rstd].map((name) => emitter.laid(emitter.reshape(name, [batch * groups, 1], [batch, groups]), [batch, groups])); // biome-ignore format: one thought
  return [laid, ...statistics];
};

/** dx = rstd·(g − ⟨g⟩ − x̂·⟨g·x̂⟩) with g = u·scale; u the derivative by what the activation is applied to. */
const groupNormGrad: Rule = (node, inputs, emitter) => {
  const { normal, z, rstd, scale, batch, channels, pixels, groups } = forward(node, inputs, emitter);
  const { shape } = at(node.outputs, 0);
  const dy = channelsFirst(at(inputs, 5), shape.length, emitter);
  const u = node.attributes.activation === 'silu' ? emitter.node('Mul', [dy, emitter.siluSlope(z)]) : dy;
  const sumU = emitter.sum(u, [2]); // [N, C]
  const sumUx = emitter.sum(emitter.node('Mul', [u, normal]), [2]);
  const ofGroup = channels / groups;
  const byGroup = (name: string, from: readonly number[]): string => emitter.reshape(name, from, [batch, groups, ofGroup]);
  const inverse = emitter.reshape(rstd, [batch * groups, 1], [batch, groups, 1]);
  const scales = emitter.reshape(scale, [], [at(node.inputs, 1).shape.length === 2 ? batch : 1, groups, ofGroup]);
  const meanOf = (sums: string): string => {
    const weighted = emitter.sum(emitter.node('Mul', [byGroup(sums, [batch, channels]), scales]), [2], true);
    return emitter.node('Mul', [emitter.node('Mul', [weighted, inverse]), emitter.scalar(-1 / (ofGroup * pixels))]);
  };
  const spread = (name: string): string =>
    emitter.reshape(emitter.node('Expand', [name, emitter.ints([batch, groups, ofGroup])]), [], [batch, channels, 1]);
  const factor = emitter.reshape(emitter.node('Mul', [scales, inverse]), [], [batch, channels, 1]);
  const shifted = emitter.node('Add', [emitter.node('Mul', [normal, spread(meanOf(sumUx))]), spread(meanOf(sumU))]);
  const dx = emitter.node('Add', [emitter.node('Mul', [u, factor]), shifted]);
  const total = (sums: string): Lowered => {
    const { shape: own } = at(node.outputs, 1);
    return emitter.laid(own.length === 2 ? sums : emitter.sum(sums, [0]), own);
  };
  return [{ ...emitter.laid(dx, shape, order(shape.length)), dims: [batch, channels, pixels] }, total(sumUx), total(sumU)];
};

export const normalizationRules: Rules = { GroupNorm: groupNorm, GroupNormGrad: groupNormGrad };
