/**
 * Group normalisation of images, with an activation fused in and the gradient in closed form:
 *
 *     x̂ = (x − mean)·rstd,    y = f(x̂·scale + shift),    rstd = 1/√(variance + epsilon)
 *
 * with mean and (biased) variance over the pixels and channels of each group of each sample. Wu & He 2018 (arXiv 1803.08494).
 * With u the derivative by f's argument and g = u·scale,
 *
 *     dx = rstd·(g − ⟨g⟩ − x̂·⟨g·x̂⟩),    dscale = Σ u·x̂,    dshift = Σ u,    ⟨·⟩ the mean over a group
 *
 * so two sums per sample and channel are all that is reduced over pixels. `scale` and `shift` may differ from sample to sample. Runs the kernels `GroupNorm` {x, scale, shift} →
 * [y, mean, rstd] and `GroupNormGrad` {x, scale, shift, mean, rstd, dy} → [dx, dscale, dshift], with attributes {groups, epsilon,
 * activation}, where the backend has them.
 */
import { add, engine, mean, mul, ones, reshape, rsqrt, square, sub, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { customKernel } from './internal/custom-kernel.js';
import { withGradient } from './internal/with-gradient.js';
import { siluComposed, siluGradient } from './silu.js';

/** How {@link groupNorm} normalises. */
export interface GroupNormOptions {
  /** Groups of channels; divides the number of channels. Default 8. */
  readonly groups?: number;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Applied to the result. Default `'linear'`, which is none. */
  readonly activation?: 'linear' | 'silu';
}

/**
 * Normalises groups of channels.
 * @param x `[batch, …, channels]`, float32
 * @param scale `[channels]`, or `[batch, channels]` for one per sample
 * @param shift of the same shape
 * @throws RangeError (`groups-do-not-divide`) if `groups` is not a positive divisor of the number of channels
 */
export function groupNorm(x: Tensor, scale: Tensor, shift: Tensor, options: GroupNormOptions = {}): Tensor {
  const attributes = { groups: 8, epsilon: 1e-5, activation: 'linear', ...options } as const;
  const channels = x.shape.at(-1) ?? 1;
  if (!(Number.isInteger(attributes.groups) && attributes.groups > 0 && channels % attributes.groups === 0))
    throw invalid('groups-do-not-divide', `\`groups\` must divide the number of channels, ${channels}, got ${attributes.groups}`);
  return withGradient(
    [x, scale, shift],
    () => {
      const kernel = customKernel('GroupNorm', { x, scale, shift }, attributes);
      const { y, average, rstd } = kernel === undefined ? forward(x, scale, shift, attributes) : named(kernel);
      return { value: y, saved: [x, scale, shift, average, rstd] as const };
    },
    (dy, [x, scale, shift, mean, rstd]) => {
      const kernel = customKernel('GroupNormGrad', { x, scale, shift, mean, rstd, dy }, attributes);
      if (kernel !== undefined) return [...kernel];
      // What is saved has lost its derivative by x, which a gradient within a gradient needs.
      const known = engine().state.gradientDepth > 0 ? statistics(x, attributes) : { average: mean, rstd };
      return gradient(dy, [x, scale, shift, known.average, known.rstd], attributes);
    },
  );
}

type Attributes = Required<GroupNormOptions>;
type Statistics = { readonly average: Tensor; readonly rstd: Tensor };
type Forward = Statistics & { readonly y: Tensor };

function named([y, average, rstd]: readonly Tensor[]): Forward {
  if (y === undefined || average === undefined || rstd === undefined)
    throw invalid('kernel-output-missing', 'the kernel `GroupNorm` must give [y, mean, rstd]', Error);
  return { y, average, rstd };
}

/** The sizes of `x` seen as `[batch, pixels, groups, channels of a group]`. */
function sizes(x: Tensor, groups: number): readonly [batch: number, pixels: number, channels: number, ofGroup: number] {
  const batch = x.shape[0] ?? 1;
  const channels = x.shape.at(-1) ?? 1;
  return [batch, x.size / (batch * channels), channels, channels / groups];
}

/** `x̂·scale + shift` as `x·factor + offset` with one factor and one offset per sample and channel. */
function affine(x: Tensor, scale: Tensor, shift: Tensor, average: Tensor, rstd: Tensor, groups: number): Tensor {
  const [batch, pixels, channels, ofGroup] = sizes(x, groups);
  const factor = mul(reshape(rstd, [batch, groups, 1]), reshape(scale, [-1, groups, ofGroup]));
  const offset = sub(reshape(shift, [-1, groups, ofGroup]), mul(reshape(average, [batch, groups, 1]), factor));
  const rows = mul(reshape(x, [batch, pixels, channels]), reshape(factor, [batch, 1, channels]));
  return reshape(add(rows, reshape(offset, [batch, 1, channels])), x.shape);
}

function forward(x: Tensor, scale: Tensor, shift: Tensor, attributes: Attributes): Forward {
  return tidy(() => {
    const { average, rstd } = statistics(x, attributes);
    const z = affine(x, scale, shift, average, rstd, attributes.groups);
    return { y: attributes.activation === 'silu' ? siluComposed(z) : z, average, rstd };
  });
}

function statistics(x: Tensor, { groups, epsilon }: Attributes): Statistics {
  const [batch, pixels, , ofGroup] = sizes(x, groups);
  const grouped = reshape(x, [batch, pixels, groups, ofGroup]);
  const average = mean(grouped, [1, 3], true);
  const variance = mean(square(sub(grouped, average)), [1, 3]);
  return { average: reshape(average, [batch, groups]), rstd: rsqrt(add(variance, epsilon)) };
}

function gradient(
  dy: Tensor,
  [x, scale, shift, average, rstd]: readonly [Tensor, Tensor, Tensor, Tensor, Tensor],
  { groups, activation }: Attributes,
): Tensor[] {
  const [batch, pixels, channels, ofGroup] = sizes(x, groups);
  const u = reshape(activation === 'silu' ? siluGradient(affine(x, scale, shift, average, rstd, groups), dy) : dy, [
    batch,
    pixels,
    channels,
  ]);
  const inverse = reshape(rstd, [batch, groups, 1]);
  const perChannel = (value: Tensor): Tensor => reshape(mul(value, ones([1, 1, ofGroup])), [batch, 1, channels]);
  const centred = sub(reshape(x, [batch, pixels, groups, ofGroup]), reshape(average, [batch, 1, groups, 1]));
  const rows = reshape(centred, [batch, pixels, channels]);

  const sumU = reshape(sum(u, 1), [batch, groups, ofGroup]);
  const sumUx = mul(reshape(sum(mul(u, rows), 1), [batch, groups, ofGroup]), inverse);
  const byGroup = reshape(scale, [-1, groups, ofGroup]);
  const meanG = mean(mul(sumU, byGroup), 2, true); // of a group's channels; the pixels follow below
  const meanGx = mean(mul(sumUx, byGroup), 2, true);

  // dx = u·(rstd·scale) − (x − mean)·rstd²⟨g·x̂⟩ − rstd⟨g⟩
  const a = reshape(mul(inverse, byGroup), [batch, 1, channels]);
  const b = perChannel(mul(mul(square(inverse), meanGx), -1 / pixels));
  const c = perChannel(mul(mul(inverse, meanG), -1 / pixels));
  const dx = add(add(mul(u, a), mul(rows, b)), c);
  const total = (sums: Tensor): Tensor => reshape(scale.rank > 1 ? sums : sum(sums, 0), scale.shape);
  return [reshape(dx, x.shape), total(sumUx), total(sumU)];
}
