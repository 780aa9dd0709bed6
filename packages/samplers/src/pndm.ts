/**
 * PNDM (F-PNDM): three steps of a Runge–Kutta method on the manifold of the flow, then the multistep rule with four estimates.
 * With `φ_u(x, ε) = α_u·(x/α_s + (r_u − r_s)·ε)`, `r = σ/α`, and `m` halfway in time from `s` to `t`,
 *
 *     ε₂ = ε(φ_m(x, ε₁), m),   ε₃ = ε(φ_m(x, ε₂), m),   ε₄ = ε(φ_t(x, ε₃), t),   x_t = φ_t(x, (ε₁ + 2ε₂ + 2ε₃ + ε₄)/6)
 *
 * Liu et al. 2022 (arXiv 2202.09778), algorithm 2. The rule is classical, the path it takes is that of the flow, which makes
 * its order 2.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NoiseLevel, Sampler } from '@tweedie/core';
import { epsilonOf, flowStep, isPureNoise, type Past, ratioOf } from './internal/multistep.js';
import { ipndm } from './ipndm.js';

/**
 * PNDM, order 2. The first three steps cost four evaluations. A step that starts at pure noise or ends at `σ = 0` costs one: some
 * of its four slopes are infinite.
 */
export function pndm<X = Tensor>(): Sampler<X, readonly Past<X>[]> {
  const going = ipndm<X>();
  return {
    step(context, x, past = []) {
      const { from, to, denoise, process } = context;
      if (past.length === 3 || to.sigma === 0 || isPureNoise(from)) return going.step(context, x, past);
      const half = process.at((from.t + to.t) / 2);
      const denoised = denoise(x, from);
      const move = (end: NoiseLevel, ...others: readonly (readonly [share: number, epsilon: X])[]) =>
        flowStep(
          { ...context, to: end },
          x,
          denoised,
          others.map(([share, epsilon]) => [share * (ratioOf(end) - ratioOf(from)), epsilon]),
        );
      const noiseAt = (level: NoiseLevel, at: X) => epsilonOf(context, at, level, denoise(at, level));
      const second = noiseAt(half, move(half));
      const third = noiseAt(half, move(half, [1, second]));
      const fourth = noiseAt(to, move(to, [1, third]));
      return {
        x: move(to, [1 / 3, second], [1 / 3, third], [1 / 6, fourth]),
        denoised,
        state: [{ level: from, epsilon: epsilonOf(context, x, from, denoised) }, ...past],
      };
    },
  };
}
