/**
 * Classifier guidance: follow the gradient of a classifier that knows noise,
 *
 *     x0' = x0 + scale·shift·∇ ln p(y | x_t),    shift = σ²/α
 *
 * the score of `p(x_t)·p(y | x_t)^scale`. With the exact classifier it equals classifier-free guidance at every scale: an
 * unconditional denoiser is conditional at 1, a conditional one is pushed beyond. Dhariwal & Nichol 2021 (arXiv 2105.05233),
 * section 4; Luo 2022 (arXiv 2208.11970), eq. 163–166.
 */
import { add, grad, mul, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { freeTape, type Guidance, type NoiseLevel, registerGradients } from '@tweedie/core';
import { type ClassifierShift, scoreShift } from './classifier-shift.js';
import type { GuidanceScale } from './guidance-scale.js';
import { checkScale, scaleAt } from './internal/scale.js';

/** How strongly {@link classifier} guides, and by what. */
export interface ClassifierOptions<Condition> {
  /** 0 is off, 1 is Bayes; one per sample, or a function of the level, too. */
  readonly scale: GuidanceScale;
  /** `ln p(y | x_t)` in nats, `[batch]`, each from its sample alone; differentiable in `x`. `logProbability` of `@tweedie/losses` is one. */
  readonly logProbability: (x: Tensor, level: NoiseLevel, condition: Condition) => Tensor1D;
  /** Default {@link scoreShift}; `meanShift` for the step of guided-diffusion's `p_sample`. */
  readonly shift?: ClassifierShift;
}

/**
 * Classifier guidance of a denoiser that is told something else than the classifier.
 * @param options.told what the denoiser is told: `() => undefined` for one without a condition
 * @throws RangeError (`scale-not-finite`); at a call, RangeError (`classifier-undefined`) in pure noise and (`scale-mismatch`)
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { setBackend, tensor1d } from '@tensorflow/tfjs-core';
 * import { denoiser, key, sample } from '@tweedie/core';
 * import { variancePreserving } from '@tweedie/forward-process';
 * import { classifier } from '@tweedie/guidance';
 * import { logProbability } from '@tweedie/losses';
 * import { mlp } from '@tweedie/networks';
 * import { v } from '@tweedie/parameterizations';
 * import { ddim } from '@tweedie/samplers';
 * import { clamped, cosine, uniform } from '@tweedie/schedules';
 *
 * await setBackend('cpu');
 * const model = denoiser(mlp({ key: key(0) }), v()); // trained without labels
 * const judge = mlp({ key: key(1), outputs: 3 }); // trained by `classification` of @tweedie/losses
 * const guidance = classifier({ scale: 2, logProbability: logProbability(judge, v()), told: () => undefined });
 * const points = await sample({
 *   denoiser: guidance(model),
 *   process: variancePreserving(clamped(cosine(), { min: -10, max: 10 })),
 *   grid: uniform(),
 *   steps: 10,
 *   sampler: ddim(),
 *   condition: tensor1d([0, 1, 2, 2], 'int32'),
 *   key: key(2),
 *   start: [4, 2],
 * });
 * console.log(points.shape); // [4, 2]
 * ```
 */
export function classifier<In, Out>(
  options: ClassifierOptions<Out> & { readonly told: (condition: Out) => In },
): Guidance<In, Out>;
/**
 * Classifier guidance of a denoiser that is told the same as the classifier.
 * @throws as above
 */
export function classifier<Condition>(options: ClassifierOptions<Condition>): Guidance<Condition>;
export function classifier<In, Out>(
  options: ClassifierOptions<Out> & { readonly told?: (condition: Out) => In },
): Guidance<Out> | Guidance<In, Out> {
  const { told, scale } = options;
  checkScale(scale);
  registerGradients();
  if (told !== undefined) return guided(options, told);
  const off: Guidance<Out> = (denoiser) => denoiser;
  return scale === 0 ? off : guided(options, (condition: Out) => condition);
}

function guided<In, Out>(options: ClassifierOptions<Out>, told: (condition: Out) => In): Guidance<In, Out> {
  const { scale, logProbability, shift = scoreShift } = options;
  return (denoiser) => (x, level, condition, moment) =>
    tidy(() => {
      const estimate = denoiser(x, level, told(condition), moment);
      const strength = scaleAt(scale, x, level, moment);
      const unit = strength === 0 ? 0 : shift(level, moment);
      if (unit === 0) return estimate;
      try {
        const gradient = grad((at) => sum(logProbability(at, level, condition)))(x);
        return add(estimate, mul(mul(gradient, unit), strength));
      } catch (error) {
        freeTape();
        throw error;
      }
    });
}
