/**
 * `GroupNorm` and `GroupNormGrad`: `y = act((x − mean)·rstd·scale + shift)` with statistics over space and over each of `groups` runs of channels
 * (Wu & He 2018, https://arxiv.org/abs/1803.08494).
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { address, type Call, type Kernel, kernel, output, plain, size, withScratch } from './internal/kernel.js';
import type { Module } from './internal/module.js';

interface GroupNormAttributes {
  readonly groups: number;
  readonly epsilon: number;
  readonly activation: 'linear' | 'silu';
}

interface Sizes {
  readonly batch: number;
  readonly pixels: number;
  readonly channels: number;
  /** Whether `scale` and `shift` have a row for each sample. */
  readonly perSample: boolean;
}

function sizes(x: TensorInfo, scale: TensorInfo, shift: TensorInfo, { groups, activation }: GroupNormAttributes): Sizes {
  const [batch = 1, channels = 1] = [x.shape[0], x.shape.at(-1)];
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0)
    throw new RangeError(`\`groups\` must divide ${channels} channels, got ${groups}`);
  if (activation !== 'linear' && activation !== 'silu')
    throw new RangeError(`\`activation\` must be linear or silu, got ${activation}`);
  const perSample = scale.shape.length === 2;
  const expected = perSample ? `${batch},${channels}` : `${channels}`;
  if (`${scale.shape}` !== expected || `${shift.shape}` !== expected)
    throw new RangeError(
      `\`scale\` and \`shift\` must be [${channels}] or [${batch},${channels}], got [${scale.shape}] and [${shift.shape}]`,
    );
  return { batch, pixels: size(x) / (batch * channels), channels, perSample };
}

function forward({ inputs, attributes, backend }: Call<GroupNormAttributes>, module: Module) {
  const { x, scale, shift } = inputs;
  if (!x || !scale || !shift || !plain(x, scale, shift)) return undefined;
  const { groups, epsilon, activation } = attributes;
  const { batch, pixels, channels, perSample } = sizes(x, scale, shift, attributes);
  const y = output(backend, x.shape);
  const mean = output(backend, [batch, groups]);
  const rstd = output(backend, [batch, groups]);
  withScratch(backend, [3 * channels] as const, (scratch) => {
    const at = [x, scale, shift, y, mean, rstd].map((tensor) => address(backend, tensor));
    module.groupNorm(...at, batch, pixels, channels, groups, epsilon, Number(activation === 'silu'), Number(perSample), scratch);
  });
  return [y, mean, rstd];
}

function backward({ inputs, attributes, backend }: Call<GroupNormAttributes>, module: Module) {
  const { x, scale, shift, mean, rstd, dy } = inputs;
  if (!x || !scale || !shift || !mean || !rstd || !dy || !plain(x, scale, shift, mean, rstd, dy)) return undefined;
  const { groups, activation } = attributes;
  const { batch, pixels, channels, perSample } = sizes(x, scale, shift, attributes);
  const dx = output(backend, x.shape);
  const dscale = output(backend, scale.shape);
  const dshift = output(backend, shift.shape);
  withScratch(backend, [6 * channels] as const, (scratch) => {
    const at = [x, scale, shift, mean, rstd, dy, dx, dscale, dshift].map((tensor) => address(backend, tensor));
    module.groupNormGrad(...at, batch, pixels, channels, groups, Number(activation === 'silu'), Number(perSample), scratch);
  });
  return [dx, dscale, dshift];
}

/**
 * Inputs `x` `[N, …, C]`, `scale` and `shift` both `[C]` or both `[N, C]`; attributes `groups`, `epsilon`, `activation` (`'linear'` or `'silu'`). Gives `[y, mean, rstd]`, the last
 * two `[N, groups]`.
 */
export const groupNorm: Kernel = kernel('GroupNorm', forward);

/** Inputs of {@link groupNorm}, its `mean` and `rstd`, and `dy`; same attributes. Gives `[dx, dscale, dshift]`. */
export const groupNormGrad: Kernel = kernel('GroupNormGrad', backward);
