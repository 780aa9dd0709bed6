/** A layer that normalises groups of channels. Parameters `weight` [channels], first 1, and `bias` [channels], first 0. */
import { type GroupNormOptions, groupNorm } from './group-norm.js';
import { ones, zeros } from './initializers.js';
import type { Layer } from './layer.js';
import type { Scope } from './scope.js';

/** Group normalisation with a learned scale and shift per channel; `options` as in {@link groupNorm}. */
export function normalization(scope: Scope, channels: number, options: GroupNormOptions = {}): Layer {
  const weight = scope.parameter('weight', [channels], ones);
  const bias = scope.parameter('bias', [channels], zeros);
  return (x) => groupNorm(x, weight, bias, options);
}
