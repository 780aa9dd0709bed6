/** What the peers' multistep DPM-Solvers are asked for, and what they do that ours do not: wrappers around ours. */
import type { Sampler } from '@tweedie/core';
import type { GoldenCase } from './golden-file.js';
import { number, record, text } from './read.js';

/** A multistep DPM-Solver as a case configures it, with the peer's defaults. */
export interface MultistepRequest {
  readonly predicts: 'x0' | 'epsilon';
  readonly stochastic: boolean;
  readonly order: number;
  readonly kind: 'midpoint' | 'heun';
}

/** What a case of diffusers or of the DPM-Solver authors asks for; undefined if it is no multistep DPM-Solver. */
export function multistepRequest(golden: GoldenCase): MultistepRequest | undefined {
  if (golden.sample_kwargs !== undefined) {
    const { method = 'multistep', order = 2, solver_type = 'dpmsolver' } = record(golden.sample_kwargs);
    if (method !== 'multistep') return undefined;
    return {
      ...algorithm(text(golden.algorithm_type)),
      order: number(order),
      kind: solver_type === 'taylor' ? 'heun' : 'midpoint',
    };
  }
  if (!/^(EDM)?DPMSolverMultistepScheduler$/.test(text(golden.class))) return undefined;
  const { algorithm_type = 'dpmsolver++', solver_order = 2, solver_type = 'midpoint' } = record(golden.scheduler_config);
  return { ...algorithm(text(algorithm_type)), order: number(solver_order), kind: solver_type === 'heun' ? 'heun' : 'midpoint' };
}

function algorithm(name: string) {
  return { predicts: /^(sde-)?dpmsolver$/.test(name) ? 'epsilon' : 'x0', stochastic: name.startsWith('sde-') } as const;
}

type Past<X> = readonly { readonly value: X; readonly logSnr: number }[];

/** A multistep sampler whose steps look back on no more than an order allows: its state is a list of the past, or none. */
export function cappingOrder<X>(sampler: Sampler<X>, cap: (index: number, count: number) => number): Sampler<X> {
  return {
    ...sampler,
    step(context, x, state) {
      const back = cap(context.index, context.count) - 1;
      return sampler.step(context, x, Array.isArray(state) ? state.slice(0, back) : back < 1 ? undefined : state);
    },
  };
}

/** The cap of peers that end at low orders: 1 in the last step, 2 in the one before. */
export function fallingToOne(index: number, count: number): number {
  return Math.max(1, count - index);
}

/**
 * A third-order multistep sampler with the peers' weight of the curvature: they take the second divided difference for a second
 * derivative, and so count half of it. For diffusers' SDE form of DPM-Solver++ a sign is wrong besides, which takes off
 * the whole difference once more.
 * @param request what the sampler solves
 * @param options.eta its share of fresh noise
 * @param options.signed has the peer that wrong sign?
 */
export function underCurved<X>(
  sampler: Sampler<X, Past<X>>,
  { predicts }: Pick<MultistepRequest, 'predicts'>,
  { eta = 0, signed = false }: { readonly eta?: number; readonly signed?: boolean } = {},
): Sampler<X, Past<X>> {
  return {
    step(context, x, past = []) {
      const result = sampler.step(context, x, past);
      const { from, to, combine } = context;
      const [last, first] = past;
      const here = result.state?.[0];
      const h = (to.logSnr - from.logSnr) / 2;
      if (here === undefined || last === undefined || first === undefined || !Number.isFinite(h) || h === 0) return result;

      const share = (level: { readonly logSnr: number }) => (level.logSnr - from.logSnr) / (2 * h);
      const [r1, r2] = [share(last), share(first)];
      const [z, gain] = predicts === 'x0' ? [-(1 + eta) * h, to.alpha] : [h, (1 + eta) * to.sigma];
      const half = gain * ((Math.expm1(z) / z - 1) / z - 0.5) - (signed ? gain : 0);
      const difference = [
        [half / (r1 * r2), here.value],
        [half / (r1 * (r1 - r2)), last.value],
        [half / (r2 * (r2 - r1)), first.value],
      ] as const;
      return { ...result, x: combine([1, result.x], ...difference) };
    },
  };
}
