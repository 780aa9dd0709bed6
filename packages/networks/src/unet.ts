/**
 * The U-Net of diffusion models: residual blocks at falling and then rising resolution, with skip connections from each block and each
 * downsampling on the way down to the blocks on the way up, and attention at chosen levels. Ho et al. 2020 (arXiv 2006.11239),
 * appendix B, after Ronneberger et al. 2015 (arXiv 1505.04597); class embedding as in Dhariwal & Nichol 2021 (arXiv 2105.05233).
 *
 * Parameters, each a layer with `weight` and `bias`: `time1`, `time2`; `class` (weight only); `vector`; `conv_in`;
 * `down.{level}.blocks.{i}.{norm1, conv1, time, norm2, conv2, skip}`, `down.{level}.attention.{norm, qkv, out}`, `down.{level}.resample`;
 * `middle1`, `middle_attention`, `middle2`; the same under `up.{i}`, where `up.0` is the lowest resolution; `norm_out`, `conv_out`.
 * Convolutions are stored [height, width, in, out] and linear layers [in, out].
 */
import { concat, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid, type Key, type Network } from '@tweedie/core';
import { attention } from './attention.js';
import type { AnyCondition, ConditionOf, ConditionSizes } from './condition-embedding.js';
import { conv2d } from './conv2d.js';
import { downsample } from './downsample.js';
import { dropout } from './dropout.js';
import { zeroStart } from './initializers.js';
import { checkSizes } from './internal/check-sizes.js';
import type { Layer } from './layer.js';
import { noiseEmbedding } from './noise-embedding.js';
import { normalization } from './normalization.js';
import { type ResidualBlock, residualBlock } from './residual-block.js';
import { type Scope, scope } from './scope.js';
import { depthToSpace, spaceToDepth } from './space-to-depth.js';
import { upsample } from './upsample.js';

/** Sizes of a {@link unet}; plain JSON. The defaults, for 32×32 images of one channel, have 1,096,033 parameters. */
export interface UNetOptions extends ConditionSizes {
  /** Channels of the images. Default 1. */
  readonly channels?: number;
  /** Channels of the output; twice `channels` for a learned variance. Default `channels`. */
  readonly outputs?: number;
  /** Channels of the blocks at each level; each level has half the resolution of the last. Default [32, 64, 64]. */
  readonly widths?: readonly number[];
  /** Residual blocks per level on the way down; one more on the way up. Default 1. */
  readonly blocks?: number;
  /** Levels whose blocks are followed by attention, one layer shared by them; the middle has it if the last level has. Default the last. */
  readonly attention?: readonly number[];
  /** Side of the pixel squares that become channels at the input, and pixels again at the output. Default 1. */
  readonly patch?: number;
  /** Groups of the normalisations; divides every width. Default 8. */
  readonly groups?: number;
  /** Length of the embedding of noise level and class. Default 128. */
  readonly embedding?: number;
  /** Factor on the noise level before its sinusoids. Default 1000, right for levels in [0, 1]. */
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
 * A U-Net, `[batch, height, width, channels]` to the same shape, but for `outputs` channels; height and width are divisible by `patch·2^(levels − 1)`.
 * Its output is zero at first.
 * @param options sizes, and the key that the first parameters are drawn from
 * @throws RangeError (`size-not-positive`, `classes-negative`, `vector-negative`, `dropout-out-of-range`, `groups-do-not-divide`, `no-such-level`) if sizes or levels make no sense
 */
export function unet<Classes extends number = 0, Length extends number = 0>(
  options: Keyed<UNetOptions, Classes, Length>,
): Network<ConditionOf<Classes, Length>>;
export function unet(options: Keyed<UNetOptions>): Network<AnyCondition> {
  const {
    channels = 1,
    widths = [32, 64, 64],
    blocks = 1,
    classes = 0,
    vector = 0,
    patch = 1,
    groups = 8,
    embedding = 128,
    noiseScale = 1000,
  } = options;
  const { key, attention: attended = [widths.length - 1], outputs: depth = channels } = options;
  checkSizes({ channels, outputs: depth, blocks, patch, groups, embedding }, widths, { classes, vector });
  for (const level of attended)
    if (!(level in widths))
      throw invalid('no-such-level', `\`attention\` must name levels from 0 to ${widths.length - 1}, got ${level}`);

  const drop = dropout(options.dropout ?? 0);
  const root = scope(key);
  const [first = 0] = widths;
  const last = widths.length - 1;
  const embed = noiseEmbedding(root, { sinusoids: { width: first, scale: noiseScale }, width: embedding, classes, vector });
  const block = (at: Scope, level: number, inputs: number): ResidualBlock => {
    const [side, outputs] = [patch * 2 ** level, widths[level] ?? 0];
    const place = drop.place(([height = 0, width = 0]) => [height / side, width / side, outputs]);
    return residualBlock(at, { inputs, outputs, embedding, groups, dropout: place });
  };
  const attend = (at: Scope, width: number): Layer => attention(at, width, { groups });

  const entry = conv2d(root.child('conv_in'), patch * patch * channels, first);
  const skipped = [first]; // channels of the skip connections, in order
  let width = first;
  const down = widths.map((outputs, level): Stage => {
    const at = root.child('down').child(level);
    const stage = Array.from({ length: blocks }, (_, i) => {
      const made = block(at.child('blocks').child(i), level, width);
      width = outputs;
      skipped.push(width);
      return made;
    });
    const attention = attended.includes(level) ? attend(at.child('attention'), width) : undefined;
    const resample = level < last ? downsample(at.child('resample'), width) : undefined;
    if (resample !== undefined) skipped.push(width);
    return { blocks: stage, attention, resample };
  });
  const middle1 = block(root.child('middle1'), last, width);
  const middleAttention = attended.includes(last) ? attend(root.child('middle_attention'), width) : undefined;
  const middle2 = block(root.child('middle2'), last, width);
  const up = widths.toReversed().map((outputs, i): Stage => {
    const at = root.child('up').child(i);
    const level = last - i;
    const stage = Array.from({ length: blocks + 1 }, (_, j) => {
      const made = block(at.child('blocks').child(j), level, width + (skipped.pop() ?? 0));
      width = outputs;
      return made;
    });
    const attention = attended.includes(level) ? attend(at.child('attention'), width) : undefined;
    return { blocks: stage, attention, resample: level > 0 ? upsample(at.child('resample'), width) : undefined };
  });
  const normOut = normalization(root.child('norm_out'), width, { groups, activation: 'silu' });
  const exit = conv2d(root.child('conv_out'), width, patch * patch * depth, { start: zeroStart });

  const forward = (x: Tensor, e: Tensor, masks: readonly Tensor[] | undefined): Tensor => {
    let h = entry(x);
    const skips = [h];
    for (const { blocks, attention, resample } of down) {
      for (const block of blocks) {
        h = block(h, e, masks);
        h = attention?.(h) ?? h;
        skips.push(h);
      }
      if (resample !== undefined) {
        h = resample(h);
        skips.push(h);
      }
    }
    h = middle1(h, e, masks);
    h = middleAttention?.(h) ?? h;
    h = middle2(h, e, masks);
    for (const { blocks, attention, resample } of up) {
      for (const block of blocks) {
        const skip = skips.pop();
        h = block(skip === undefined ? h : concat([h, skip], 3), e, masks);
        h = attention?.(h) ?? h;
      }
      h = resample?.(h) ?? h;
    }
    return exit(normOut(h));
  };

  return {
    parameters: root.parameters,
    ...drop.declared,
    apply: (x, noise, condition, masks) =>
      tidy(() => {
        const e = embed(noise, condition);
        return patch === 1 ? forward(x, e, masks) : depthToSpace(forward(spaceToDepth(x, patch), e, masks), patch);
      }),
  };
}

/** One resolution: blocks, each followed by the attention if any, then a change of resolution if any. */
interface Stage {
  readonly blocks: readonly ResidualBlock[];
  readonly attention: Layer | undefined;
  readonly resample: Layer | undefined;
}
