/** A linear layer: `y = x·weight + bias`. Parameters `weight` [inputs, outputs] and `bias` [outputs]. */
import { affine } from './affine.js';
import { uniformStart } from './initializers.js';
import type { Layer, OutputOptions } from './layer.js';
import type { Scope } from './scope.js';

/** A linear layer on the last axis of its input, `[…, inputs]` to `[…, outputs]`. */
export function linear(scope: Scope, inputs: number, outputs: number, options: OutputOptions = {}): Layer {
  const { start = uniformStart } = options;
  const initial = start(inputs);
  const weight = scope.parameter('weight', [inputs, outputs], initial.weight);
  const bias = scope.parameter('bias', [outputs], initial.bias);
  return (x) => affine(x, weight, bias);
}
