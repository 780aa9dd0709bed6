/**
 * A U-Net for small images and short training: one skip connection per level, added and not concatenated; averages of 2×2 pixels on the way
 * down and copies on the way up, with convolutions of one pixel at the lower resolution; blocks that are told noise level and class by scale
 * and shift; and at the entry of each level a learned image of the class, which tells the network where to draw from the first step on.
 *
 * The shape is that of Ronneberger et al. 2015 (arXiv 1505.04597), the blocks those of Dhariwal & Nichol 2021 (arXiv 2105.05233).
 *
 * Parameters, each a layer with `weight` and `bias`: `time1`, `time2`; `vector`; `class` and `class_map.{level}` (weight only); `conv_in`;
 * `down.{level}.blocks.{i}.{norm1, conv1, time, norm2, conv2}`, `down.{level}.resample`; `middle.{i}`; `up.{level}.resample`,
 * `up.{level}.blocks.{i}`; `norm_out`, `conv_out`. Convolutions are stored [height, width, in, out] and linear layers [in, out].
 */
import { add, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid, type Key, type Network } from '@tweedie/core';
import { averagePool } from './average-pool.js';
import { classMap } from './class-map.js';
import { type AnyCondition, type ConditionOf, type ConditionSizes, labelAndVector } from './condition-embedding.js';
import { conv2d } from './conv2d.js';
import { dropout } from './dropout.js';
import { normalStart, zeroStart } from './initializers.js';
import { checkSizes, coarsest } from './internal/check-sizes.js';
import type { Layer } from './layer.js';
import { noiseEmbedding } from './noise-embedding.js';
import { normalization } from './normalization.js';
import { type ResidualBlock, residualBlock } from './residual-block.js';
import { type Scope, scope } from './scope.js';
import { depthToSpace, spaceToDepth } from './space-to-depth.js';
import { upsampleNearest } from './upsample-nearest.js';

/** Sizes of a {@link compactUnet}; plain JSON. */
export interface CompactUNetOptions extends ConditionSizes {
  /** Height, width and channels of the images; height and width are divisible by `patch·2^(levels − 1)`. */
  readonly image: readonly [height: number, width: number, channels: number];
  /** Channels of the output; twice those of the images for a learned variance. Default: those of the images. */
  readonly outputs?: number;
  /** Channels at each level; each level has half the resolution of the last. Default [32, 64]. */
  readonly widths?: readonly number[];
  /** Residual blocks at each level on the way down, at the lowest level, and at each level on the way up; or one number for all. Default 1. */
  readonly blocks?: number | readonly [down: number, middle: number, up: number];
  /** Side of the pixel squares that become channels at the input, and pixels again at the output. Default 2. */
  readonly patch?: number;
  /** Groups of the normalisations; divides every width. Default 8. */
  readonly groups?: number;
  /** Length of the embedding of noise level and class. Default 128. */
  readonly embedding?: number;
  /** The highest frequency at which the noise level is told, in radians; the lowest is a 64th of it. Default 100, right for levels in [0, 1]. */
  readonly noiseScale?: number;
  /** Probability of dropout in the blocks, from 0 to below 1. Default 0. */
  readonly dropout?: number;
}

type Keyed<Options, Classes = number, Length = number> = Options & {
  readonly key: Key;
  readonly classes?: Classes;
  readonly vector?: Length;
};

/**
 * A compact U-Net, `[batch, height, width, channels]` to the same shape, but for `outputs` channels. Its output is zero at first.
 * @param options sizes, and the key that the first parameters are drawn from
 * @throws RangeError (`size-not-positive`, `blocks-negative`, `classes-negative`, `vector-negative`, `dropout-out-of-range`, `groups-do-not-divide`, `image-not-divisible`) if sizes make no sense
 */
export function compactUnet<Classes extends number = 0, Length extends number = 0>(
  options: Keyed<CompactUNetOptions, Classes, Length>,
): Network<ConditionOf<Classes, Length>>;
export function compactUnet(options: Keyed<CompactUNetOptions>): Network<AnyCondition> {
  const {
    key,
    image,
    widths = [32, 64],
    blocks = 1,
    classes = 0,
    vector = 0,
    patch = 2,
    groups = 8,
    embedding = 128,
    noiseScale = 100,
  } = options;
  const [height, width, channels] = image;
  const { outputs = channels } = options;
  const [downBlocks, middleBlocks, upBlocks] = typeof blocks === 'number' ? [blocks, blocks, blocks] : blocks;
  checkSizes({ height, width, channels, outputs, patch, groups, embedding }, widths, { classes, vector });
  if (![downBlocks, middleBlocks, upBlocks].every((count) => Number.isInteger(count) && count >= 0))
    throw invalid('blocks-negative', `\`blocks\` must be integers from 0, got ${blocks}`);
  coarsest(image, patch, widths.length);

  const drop = dropout(options.dropout ?? 0);
  const root = scope(key);
  const area = patch * patch;
  const [first = 0] = widths;
  const block = (at: Scope, level: number): ResidualBlock => {
    const [side, breadth] = [patch * 2 ** level, widths[level] ?? 0];
    return residualBlock(at, {
      inputs: breadth,
      outputs: breadth,
      embedding,
      groups,
      modulation: 'scale-shift',
      start: normalStart,
      dropout: drop.place(() => [height / side, width / side, breadth]),
    });
  };
  const stack = (at: Scope, count: number, level: number): readonly ResidualBlock[] =>
    Array.from({ length: count }, (_, i) => block(at.child(i), level));
  const embed = noiseEmbedding(root, {
    sinusoids: { width: 32, scale: noiseScale, period: 64, shift: 1 },
    width: embedding,
    classes,
    vector,
  });
  const entry = conv2d(root.child('conv_in'), area * channels, first, { start: normalStart });
  const maps = widths.map((breadth, level) => {
    const side = patch * 2 ** level;
    const at = root.child('class_map').child(level);
    return classes > 0 ? classMap(at, classes + 1, [height / side, width / side, breadth]) : undefined;
  });
  const levels = widths.slice(0, -1).map((outer, level): Level => {
    const inner = widths[level + 1] ?? outer;
    const [down, up] = [root.child('down').child(level), root.child('up').child(level)];
    return {
      down: stack(down.child('blocks'), downBlocks, level),
      shrink: conv2d(down.child('resample'), outer, inner, { size: 1, start: normalStart }),
      grow: conv2d(up.child('resample'), inner, outer, { size: 1, start: normalStart }),
      up: stack(up.child('blocks'), upBlocks, level),
    };
  });
  const middle = stack(root.child('middle'), middleBlocks, widths.length - 1);
  const normOut = normalization(root.child('norm_out'), first, { groups, activation: 'silu' });
  const exit = conv2d(root.child('conv_out'), first, area * outputs, { start: zeroStart });

  return {
    parameters: root.parameters,
    ...drop.declared,
    apply: (x, noise, condition, masks) =>
      tidy(() => {
        const told = labelAndVector(condition, noise.size, { classes, vector });
        const e = embed(noise, told);
        const run = (blocks: readonly ResidualBlock[], h: Tensor): Tensor => blocks.reduce((x, block) => block(x, e, masks), h);
        const within = (level: number, input: Tensor): Tensor => {
          const h = (told.label && maps[level]?.(input, told.label)) ?? input;
          const at = levels[level];
          if (at === undefined) return run(middle, h);
          const skip = run(at.down, h);
          const below = at.grow(within(level + 1, at.shrink(averagePool(skip))));
          return run(at.up, add(upsampleNearest(below), skip));
        };
        return depthToSpace(exit(normOut(within(0, entry(spaceToDepth(x, patch))))), patch);
      }),
  };
}

/** One resolution above the lowest, with what leads to the next and back. */
interface Level {
  readonly down: readonly ResidualBlock[];
  readonly shrink: Layer;
  readonly grow: Layer;
  readonly up: readonly ResidualBlock[];
}
