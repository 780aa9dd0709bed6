/**
 * Adaptive projected guidance (APG): of the difference that the condition makes, `Δ = x0(y) − x0(∅)`, take mostly what does not just make
 * the estimate larger,
 *
 *     Δ ← Δ + β·Δ_last                   momentum, negative: not again where it went before
 *     Δ ← Δ·min(1, threshold/‖Δ‖)        at most so long, in each sample
 *     x0 = x0(y) + (scale − 1)·(Δ⊥ + η·Δ∥)
 *
 * with Δ∥ along x0(y) and Δ⊥ across it. Sadat et al. 2024 (arXiv 2410.02416), algorithm 1. `eta` 1, `momentum` 0 and no threshold are
 * classifier-free guidance.
 */
import { add, div, divNoNan, minimum, mul, sqrt, sub, type Tensor } from '@tensorflow/tfjs-core';
import { invalid, type Moment } from '@tweedie/core';
import type { ConditionOf, Without } from './classifier-free.js';
import type { Correction, GuidanceScale } from './guidance-scale.js';
import { finite } from './internal/finite.js';
import { pair } from './internal/pair.js';
import { dots } from './internal/per-sample.js';
import { type GuidanceFrom, scaled } from './internal/scaled.js';

const NOTE = 'update of adaptive projected guidance';

/**
 * Adaptive projected guidance; both estimates come from one call, on twice the batch.
 * @param options.scale guidance scale: 1 leaves the denoiser as it is
 * @param options.without what stands for no condition, as for `classifierFree`
 * @param options.eta share of the part along the conditional estimate, which saturates: 0 (default) none, 1 all of it
 * @param options.momentum share of the update of the evaluation before, be it in the same step or the last one; −0.5 by default, the paper
 * takes −0.75 to −0.25. Without a moment, after a step without guidance, and at the start there is none
 * @param options.threshold longest update, a Euclidean norm over a sample's numbers; not bounded by default, the paper's goes from 2.5 for
 * EDM2 to 15 for Stable Diffusion XL
 * @param options.correction a last word on the estimate, such as `matchedDeviation`
 * @throws RangeError (`scale-not-finite`), (`eta-not-finite`), (`momentum-not-finite`), (`threshold-not-positive`), at a call
 * (`scale-mismatch`); at a call, TypeError (`condition-mismatch`)
 */
export function adaptiveProjected<None extends Without<None>>(options: {
  readonly scale: GuidanceScale;
  readonly without: None;
  readonly eta?: number;
  readonly momentum?: number;
  readonly threshold?: number;
  readonly correction?: Correction;
}): GuidanceFrom<ConditionOf<None>> {
  const { without, eta = 0, momentum = -0.5, threshold = Infinity } = options;
  finite('eta', eta);
  finite('momentum', momentum);
  if (!(threshold > 0)) throw invalid('threshold-not-positive', `\`threshold\` must be positive, got ${threshold}`);
  return scaled(options, (denoiser, scale, ...asked) => {
    const { given, none } = pair(denoiser, without, ...asked);
    const update = shortened(remembered(sub(given, none), momentum, asked[3]), threshold);
    const across = eta === 1 ? update : sub(update, mul(1 - eta, along(update, given)));
    return { guided: add(sub(given, across), mul(scale, across)), plain: given };
  });
}

/** `update + momentum·last`, which is noted to be the last one of the next call. */
function remembered(update: Tensor, momentum: number, moment: Moment | undefined): Tensor {
  if (momentum === 0 || moment === undefined) return update;
  const last = moment.recall(NOTE);
  const sum = last === undefined ? update : add(update, mul(momentum, last));
  moment.note(NOTE, sum);
  return sum;
}

function shortened(update: Tensor, threshold: number): Tensor {
  if (threshold === Infinity) return update;
  return mul(update, minimum(1, div(threshold, sqrt(dots(update, update)))));
}

/** The part of `update` in the direction of `axis`, in each sample. */
function along(update: Tensor, axis: Tensor): Tensor {
  return mul(axis, divNoNan(dots(update, axis), dots(axis, axis)));
}
