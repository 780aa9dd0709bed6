/**
 * A denoiser moved along a gradient that comes back through it,
 *
 *     x0' = x0 + weight·Jᵀ·pull(x0),    J = ∂x0/∂x
 *
 * by one evaluation. With `pull` the gradient of ln p(y | x0) and `weight = σ²/α` this is Tweedie's formula with the score of x_t given y.
 */
import { add, clone, customGrad, fill, mul, type Tensor, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import { type Denoiser, freeTape, invalid, type Moment, type NoiseLevel, registerGradients } from '@tweedie/core';

/** How a denoiser is steered. */
export interface Steering {
  /** The direction in the space of x0, without regard to how x0 depends on x; borrows, and gives a fresh tensor. */
  readonly pull: (x0: Tensor, level: NoiseLevel) => Tensor;
  /** Its weight; where it is 0 the denoiser is called as it is. */
  readonly weight: (level: NoiseLevel, moment: Moment | undefined) => number;
}

/**
 * The denoiser, steered.
 * @throws RangeError (`guidance-undefined`) when called in pure noise
 */
export function steered<Condition>(denoiser: Denoiser<Condition>, { pull, weight }: Steering): Denoiser<Condition> {
  registerGradients();
  return (x, level, condition, moment) => {
    if (level.alpha === 0)
      throw invalid(
        'guidance-undefined',
        'in pure noise (alpha 0) no gradient reaches x: wrap the schedule in `clamped(schedule, { min: -10 })`, or guide below by an interval',
      );
    const size = weight(level, moment);
    if (size === 0) return denoiser(x, level, condition, moment);
    return tidy(() => {
      // forwards x0 itself and backwards the pull, so that both come from one evaluation
      const steer = (x0: Tensor) =>
        customGrad((...parts) => {
          const save = parts.at(-1);
          if (typeof save === 'function') save([x0]);
          return { value: clone(x0), gradFunc: (dy: Tensor, saved: Tensor[]) => saved.map((kept) => mul(dy, pull(kept, level))) };
        })(x0);
      try {
        const { value, grad } = valueAndGrad((at: Tensor) => steer(denoiser(at, level, condition, moment)))(
          x,
          fill(x.shape, size),
        );
        return add(value, grad);
      } catch (error) {
        freeTape();
        throw error;
      }
    });
  };
}
