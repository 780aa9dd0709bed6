/**
 * Training times of a given density, by its quantile function: `t = Q(u)` with `u` uniform.
 *
 * Drawing more often at some times weights them, by the density `p(t)`: that is what EDM and Stable Diffusion 3 mean by their
 * distributions of noise levels, and the default. With `undo` each loss is divided by `p(t)`: the expected loss is then that of
 * uniform times, and the density changes its variance alone; it must then be positive at all times.
 */
import type { TimeSampler } from '@tweedie/core';
import { inside } from '../internal/inside.js';
import { stratified } from './stratified.js';

/** A probability density of time on (0, 1). */
export interface TimeDensity {
  /** The time below which the probability is `p`, from (0, 1); does not fall. */
  quantile(p: number): number;
  /** Density at a time. */
  density(t: number): number;
}

/**
 * Times drawn from a density.
 * @param options.undo whether the loss is divided by the density. Default false: the density is part of the objective
 * @param options.base where the uniform numbers come from. Default {@link stratified}
 */
export function drawn(times: TimeDensity, options: { readonly undo?: boolean; readonly base?: TimeSampler } = {}): TimeSampler {
  const { undo = false, base = stratified() } = options;
  return {
    draw(key, count) {
      const chosen = base.draw(key, count).times.map((p) => inside(times.quantile(p)));
      return undo ? { times: chosen, weights: chosen.map((t) => 1 / times.density(t)) } : { times: chosen };
    },
  };
}
