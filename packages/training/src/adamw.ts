/**
 * Adam with decoupled weight decay, with g the gradient, η the learning rate and k the number of the update, from 1:
 *
 *     m ← β₁m + (1 − β₁)g      v ← β₂v + (1 − β₂)g²
 *     θ ← (1 − ηλ)θ − η · m/(1 − β₁ᵏ) / (√(v/(1 − β₂ᵏ)) + ε)
 *
 * Kingma & Ba 2014 (arXiv 1412.6980), algorithm 1; Loshchilov & Hutter 2017 (arXiv 1711.05101), algorithm 2. The decay is
 * multiplied by the learning rate, as in PyTorch. A backend that registers a kernel `AdamW` does all of it in one pass.
 */
import {
  add,
  div,
  mul,
  scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { fused } from './internal/fused.js';
import type { Optimizer } from './optimizer.js';

/** Constants of {@link adamW}. */
export interface AdamWOptions {
  /** Memory of the mean, 0 ≤ beta1 < 1. Default 0.9. */
  readonly beta1?: number;
  /** Memory of the square, 0 ≤ beta2 < 1. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the square, positive. Default 1e-8. */
  readonly epsilon?: number;
  /** Decay of the parameters, per update and unit of learning rate; 0 or more. Default 0, which is Adam. */
  readonly weightDecay?: number;
}

/**
 * AdamW; with the default `weightDecay` 0 plain Adam. Its state has `m.NAME` and `v.NAME` for each parameter.
 * @throws RangeError (`beta-out-of-range`, `epsilon-not-positive`, `weight-decay-negative`)
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  for (const [name, beta] of [
    ['beta1', beta1],
    ['beta2', beta2],
  ] as const)
    if (!(beta >= 0 && beta < 1)) throw invalid('beta-out-of-range', `\`${name}\` must be from 0 to below 1, got ${beta}`);
  if (!(epsilon > 0)) throw invalid('epsilon-not-positive', `\`epsilon\` must be positive, got ${epsilon}`);
  if (!(weightDecay >= 0 && weightDecay < Number.POSITIVE_INFINITY))
    throw invalid('weight-decay-negative', `\`weightDecay\` must be finite and not negative, got ${weightDecay}`);

  const composed = (
    parameter: Tensor,
    gradient: Tensor,
    m: Tensor,
    v: Tensor,
    scale: Tensor,
    learningRate: number,
    step: number,
  ): readonly Tensor[] => {
    const scaled = mul(gradient, scale);
    const mean = add(mul(m, beta1), mul(scaled, 1 - beta1));
    const meanSquare = add(mul(v, beta2), mul(square(scaled), 1 - beta2));
    const root = add(mul(sqrt(meanSquare), 1 / Math.sqrt(1 - beta2 ** step)), epsilon);
    const move = mul(div(mean, root), learningRate / (1 - beta1 ** step));
    return [sub(mul(parameter, 1 - learningRate * weightDecay), move), mean, meanSquare];
  };

  return {
    state: (parameters) => {
      const zeros = (prefix: string) =>
        [...parameters].map(([name, value]): [string, Variable] => [
          `${prefix}.${name}`,
          tidy(() => variable(zerosLike(value), false)),
        ]);
      return Object.fromEntries([...zeros('m'), ...zeros('v')]);
    },
    update: (parameters, gradients, state, { learningRate, step, scale }) =>
      tidy(() => {
        const factor = scale ?? scalar(1);
        const attributes = { learningRate, beta1, beta2, epsilon, weightDecay, step };
        for (const [name, parameter] of parameters) {
          const gradient = gradients[name];
          if (gradient === undefined) continue;
          const [m, v] = [state[`m.${name}`], state[`v.${name}`]];
          if (m === undefined || v === undefined)
            throw invalid('state-missing', `the optimiser's state lacks the parameter ${JSON.stringify(name)}`);
          const [next, mean, meanSquare] =
            fused('AdamW', { parameter, gradient, m, v, scale: factor }, attributes) ??
            composed(parameter, gradient, m, v, factor, learningRate, step);
          assign(parameter, next);
          assign(m, mean);
          assign(v, meanSquare);
        }
      }),
  };
}

function assign(target: Variable, value: Tensor | undefined): void {
  if (value === undefined)
    throw invalid('kernel-output-missing', "the backend's kernel `AdamW` must give [parameter, m, v]", Error);
  target.assign(value);
}
