/**
 * The residual block of diffusion U-Nets:
 *
 *     y = conv2(dropout(silu(told(norm2, conv1(silu(norm1(x))), e)))) + skip(x)
 *
 * where the block is told the embedding `e` of noise level and class in one of two ways, with [a, b] linear in e:
 *
 *     shift:            told = norm2(h + b)
 *     scale and shift:  told = norm2(h)·(1 + a) + b
 *
 * Ho et al. 2020 (arXiv 2006.11239), appendix B; scale and shift in Dhariwal & Nichol 2021 (arXiv 2105.05233), section 3.1. `conv2` starts
 * at zero, so that the block is at first its skip: the identity, or a 1×1 convolution where the channels change. Parameters `norm1`,
 * `conv1`, `time` (whose outputs are a and then b), `norm2`, `conv2`, and `skip` if any.
 */
import { add, mul, reshape, split, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { conv2d } from './conv2d.js';
import type { DropoutPlace } from './dropout.js';
import { groupNorm } from './group-norm.js';
import { type LayerStart, ones, uniformStart, zeroStart, zeros } from './initializers.js';
import { linear } from './linear.js';
import { normalization } from './normalization.js';
import type { Scope } from './scope.js';

/** Sizes of a {@link residualBlock}. */
export interface ResidualBlockOptions {
  /** Channels of the input. */
  readonly inputs: number;
  /** Channels of the output. */
  readonly outputs: number;
  /** Length of the embedding. */
  readonly embedding: number;
  /** Groups of the normalisations. Default 8. */
  readonly groups?: number;
  /** How the block is told the embedding. Default `'shift'`. */
  readonly modulation?: 'shift' | 'scale-shift';
  /** First values of the convolutions but the last. Default `uniformStart`, PyTorch's. */
  readonly start?: LayerStart;
  /** Of the activations before the second convolution, `outputs` channels. Default: none. */
  readonly dropout?: DropoutPlace;
}

/** What a {@link residualBlock} is, with the masks of the network's dropout if there are any. */
export type ResidualBlock = (x: Tensor, e: Tensor, masks?: readonly Tensor[]) => Tensor;

/** A residual block: `x` [batch, height, width, inputs] and `e` [batch, embedding] to [batch, height, width, outputs]. */
export function residualBlock(scope: Scope, options: ResidualBlockOptions): ResidualBlock {
  const { inputs, outputs, groups = 8, modulation = 'shift', start = uniformStart, dropout = (h) => h } = options;
  const norm1 = normalization(scope.child('norm1'), inputs, { groups, activation: 'silu' });
  const conv1 = conv2d(scope.child('conv1'), inputs, outputs, { start });
  const told = modulation === 'shift' ? shifted(scope, options) : scaledAndShifted(scope, options);
  const conv2 = conv2d(scope.child('conv2'), outputs, outputs, { start: zeroStart });
  const skip = inputs === outputs ? undefined : conv2d(scope.child('skip'), inputs, outputs, { size: 1, start });
  return (x, e, masks) =>
    tidy(() => {
      const hidden = dropout(told(conv1(norm1(x)), e), masks);
      return add(conv2(hidden), skip === undefined ? x : skip(x));
    });
}

type Told = (h: Tensor, e: Tensor) => Tensor;

function shifted(scope: Scope, { outputs, embedding, groups = 8 }: ResidualBlockOptions): Told {
  const time = linear(scope.child('time'), embedding, outputs);
  const norm = normalization(scope.child('norm2'), outputs, { groups, activation: 'silu' });
  return (h, e) => norm(add(h, reshape(time(e), [-1, 1, 1, outputs])));
}

/** The modulation is folded into the normalisation's own scale and shift, one of each per sample. */
function scaledAndShifted(scope: Scope, { outputs, embedding, groups = 8 }: ResidualBlockOptions): Told {
  const time = linear(scope.child('time'), embedding, 2 * outputs);
  const weight = scope.child('norm2').parameter('weight', [outputs], ones);
  const bias = scope.child('norm2').parameter('bias', [outputs], zeros);
  return (h, e) => {
    const [a, b] = split(time(e), 2, 1) as [Tensor, Tensor];
    const gain = add(a, 1);
    return groupNorm(h, mul(gain, weight), add(mul(gain, bias), b), { groups, activation: 'silu' });
  };
}
