/**
 * The judge of drawn images: a small convolutional network that reads the class of a clean one. What it sees before it decides are
 * features to compare sets of images by, as those of Inception are in Heusel et al. 2017 (arXiv 1706.08500).
 */
import { reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Key, Network } from '@tweedie/core';
import { conv2d, linear, normalization, scope, silu } from '@tweedie/networks';

/** How many numbers the judge sees an image as. */
export const FEATURES = 128;

/** What is judged. */
export interface JudgeOptions {
  readonly image: readonly [height: number, width: number, channels: number];
  readonly classes: number;
  /** What the first parameters are drawn from. */
  readonly key: Key;
}

/** Images `[n, height, width, channels]` in [−1, 1] to logits `[n, classes]`; it heeds neither noise nor condition. */
export interface Judge extends Network {
  /** The way to features, `[n, 128]`. */
  readonly features: Network;
  /** The way on, to logits. */
  readonly decide: (features: Tensor) => Tensor;
}

/** An untrained judge. */
export function judge({ image: [height, width, channels], classes, key }: JudgeOptions): Judge {
  const root = scope(key);
  const activated = { groups: 8, activation: 'silu' } as const;
  const flat = Math.ceil(height / 4) * Math.ceil(width / 4) * 64;
  const layers = [
    conv2d(root.child('conv1'), channels, 32, { stride: 2 }),
    normalization(root.child('norm1'), 32, activated),
    conv2d(root.child('conv2'), 32, 64, { stride: 2 }),
    normalization(root.child('norm2'), 64, activated),
    conv2d(root.child('conv3'), 64, 64),
    normalization(root.child('norm3'), 64, activated),
    (x: Tensor) => reshape(x, [-1, flat]),
    linear(root.child('hidden'), flat, FEATURES),
    silu,
  ];
  const decide = linear(root.child('out'), FEATURES, classes);
  const { parameters } = root;
  const apply = (x: Tensor) => tidy(() => layers.reduce<Tensor>((h, layer) => layer(h), x));
  return { parameters, features: { parameters, apply }, decide, apply: (x) => tidy(() => decide(apply(x))) };
}
