/** What guidances by two conditions are tested with. */
import { add, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, key, normals } from '@tweedie/core';
import type { GuidanceSubject } from '@tweedie/testing';

/** A denoiser that shrinks towards the condition, by an amount that depends on x: nothing linear. */
export const towards: Denoiser<Tensor> = (x, { sigma }, y) => tidy(() => add(mul(sigma, mul(x, mul(x, y))), y));

/** A condition to lead away from. */
export const none = (): Tensor => tensor([[0.3, -0.2]]);

/** The rest of a subject: `off` and `on` are the guidance's own. */
export const steered: Omit<GuidanceSubject<Tensor, Tensor>, 'off' | 'on'> = {
  denoiser: towards,
  condition: (batch) => tensor(normals(key(9), 2 * batch), [batch, 2]),
  plain: (condition) => condition,
  release: (condition) => condition.dispose(),
};

/** A denoiser that writes down how many samples each call has. */
export function counting<Condition>(denoiser: Denoiser<Condition>): {
  readonly denoiser: Denoiser<Condition>;
  readonly calls: number[];
} {
  const calls: number[] = [];
  return {
    calls,
    denoiser(...asked) {
      calls.push(asked[0].shape[0] ?? 0);
      return denoiser(...asked);
    },
  };
}
