/**
 * Trajectories of singlestep solvers, whose steps ask the model at inner points: of the DPM-Solver authors, of diffusers, which
 * takes its inner points from the grid, and of k-diffusion.
 */
import type { NoiseLevel, Sampler } from '@tweedie/core';
import { mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import { diffusersTrajectory } from './diffusers.js';
import { dpmSolverComparison, dpmSolverLevel } from './dpm-solver.js';
import type { GoldenCase, GoldenHeader } from './golden-file.js';
import { goldenSampler, levelOf, type Played } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { list, number, numbers, record, slices, text } from './read.js';

/** A step: its order, and where its inner points lie, as shares of the step in log-SNR. */
export interface SinglestepBlock {
  readonly order: number;
  readonly inner: readonly number[];
}

/** The sampler of each block, and with it what it runs on. */
export type PlayedBlocks =
  | ((block: SinglestepBlock) => Sampler<Float64Array>)
  | { readonly tensors: (block: SinglestepBlock) => Sampler };

interface PlacedBlock extends SinglestepBlock {
  /** Number of evaluations before it. */
  readonly start: number;
}

/** A run of the authors' `singlestep` or `singlestep_fixed` method, compared after each step. */
export function dpmSolverSinglestepTrajectory(
  golden: GoldenCase,
  header: GoldenHeader,
  sampler: PlayedBlocks,
): () => Promise<Comparison> {
  return async () => {
    const { order = 2, method, t_end, denoise_to_zero } = record(golden.sample_kwargs);
    const level = dpmSolverLevel(text(golden.schedule), golden);
    const called = Array.from(numbers(golden.model_t), level);
    const toZero = denoise_to_zero === true;
    const steps = called.length - (toZero ? 1 : 0);
    const highest = number(order);
    const orders = ordersOf(steps, highest, method === 'singlestep' && highest === 3);
    const ends = [level(t_end == null ? undefined : number(t_end)), levelOf(1, 0)];
    const placed = blocksOf([...called.slice(0, steps), ...ends], toZero ? [...orders, 1] : orders);
    const levels = [...placed.map(({ start }) => called[start]), toZero ? ends[1] : ends[0]];
    const { states, final } = await run(
      golden,
      header,
      bound(sampler, (pick) => inTurn(placed.map(pick))),
      'variance preserving',
      levels.flatMap((at) => at ?? []),
    );
    return dpmSolverComparison(golden, states, final);
  };
}

/** A run of diffusers' singlestep class: its sampler takes each block of timesteps in one step. */
export function diffusersSinglestepTrajectory(
  golden: GoldenCase,
  header: GoldenHeader,
  sampler: PlayedBlocks,
): () => Promise<Comparison> {
  const { solver_order = 2, lower_order_final, final_sigmas_type = 'zero', use_flow_sigmas } = record(golden.scheduler_config);
  const order = number(solver_order);
  const sigmas = Array.from(numbers(golden.sigmas), (sigma) => (use_flow_sigmas === true ? sigma / (1 - sigma) : sigma));
  const steps = sigmas.length - 1;
  const orders = ordersOf(steps, order, lower_order_final === true || final_sigmas_type === 'zero');
  if (final_sigmas_type === 'zero') orders.push(...broken(orders.pop() ?? 1));
  const levels = sigmas.map((sigma) => levelOf(1, sigma));
  const placed = blocksOf(levels, orders);
  const blockwise = <X>(pick: (block: SinglestepBlock) => Sampler<X>): Sampler<X> => ({
    path: 'any',
    step(context, x) {
      const block = placed.find(({ start }) => start === context.index);
      if (block === undefined) return { x, denoised: x };
      const to = context.process.level(levels[block.start + block.order]?.logSnr ?? Number.NaN);
      return pick(block).step({ ...context, to }, x, undefined);
    },
  });
  return diffusersTrajectory(golden, header, bound(sampler, blockwise));
}

/** A run of k-diffusion's `sample_dpm_fast`: steps even in log-SNR, between the sigmas of the case. */
export function dpmFastTrajectory(golden: GoldenCase, header: GoldenHeader, sampler: Played): () => Promise<Comparison> {
  return async () => {
    const { sigma_min, sigma_max } = record(golden.kwargs);
    const [top, bottom] = [Math.log(number(sigma_max)), Math.log(number(sigma_min))];
    const steps = Math.floor(evaluationsOf(golden) / 3) + 1;
    const levels = Array.from({ length: steps + 1 }, (_, i) => levelOf(1, Math.exp(top + ((bottom - top) * i) / steps)));
    const { opened, final } = await run(golden, header, sampler, 'variance exploding', levels, true);
    return { callback_x: [opened, golden.callback_x ?? null], final: [final, golden.final ?? null] };
  };
}

/** How many evaluations a case of `sample_dpm_fast` may spend. */
export function evaluationsOf(golden: GoldenCase): number {
  return number(list(golden.args)[0] ?? record(golden.kwargs).n);
}

/** A run over the sigmas of a k-diffusion case whose noise is listed in the order of the draws. */
export function kDiffusionDrawsTrajectory(golden: GoldenCase, header: GoldenHeader, sampler: Played): () => Promise<Comparison> {
  return async () => {
    const levels = Array.from(numbers(golden.sigmas), (sigma) => levelOf(1, sigma));
    const { opened, final } = await run(golden, header, sampler, 'variance exploding', levels);
    return { callback_x: [opened, golden.callback_x ?? null], final: [final, golden.final ?? null] };
  };
}

/** Blocks of `order` that spend `steps`, and what is left; where nothing is and `lower` asks for it, the last block is broken up. */
function ordersOf(steps: number, order: number, lower: boolean): number[] {
  const orders = Array.from({ length: Math.floor(steps / order) }, () => order);
  if (steps % order > 0) return [...orders, steps % order];
  return lower ? [...orders.slice(0, -1), ...broken(order)] : orders;
}

/** A block as one of an order less, and one of order 1. */
function broken(order: number): readonly number[] {
  return order === 1 ? [1] : [order - 1, 1];
}

function blocksOf(levels: readonly NoiseLevel[], orders: readonly number[]): readonly PlacedBlock[] {
  let start = 0;
  return orders.map((order) => {
    const [from = Number.NaN, ...later] = levels.slice(start, start + order + 1).map(({ logSnr }) => logSnr);
    const length = (later.at(-1) ?? Number.NaN) - from;
    const inner = later.slice(0, -1).map((logSnr) => (logSnr - from) / length);
    const block = { order, inner, start };
    start += order;
    return block;
  });
}

function bound(blocks: PlayedBlocks, bind: <X>(pick: (block: SinglestepBlock) => Sampler<X>) => Sampler<X>): Played {
  return 'tensors' in blocks ? { tensors: bind(blocks.tensors) } : bind(blocks);
}

function inTurn<X>(samplers: readonly Sampler<X>[]): Sampler<X> {
  return {
    path: 'any',
    step(context, x, state) {
      const sampler = samplers[context.index];
      if (sampler === undefined) throw new Error(`the peer has no step ${context.index}`);
      return sampler.step(context, x, state);
    },
  };
}

function run(
  golden: GoldenCase,
  header: GoldenHeader,
  sampler: Played,
  form: 'variance preserving' | 'variance exploding',
  levels: readonly NoiseLevel[],
  drawsEveryStep = false,
) {
  const exact = mixtureDenoiser(mixtureOf(golden, header));
  return goldenSampler({
    sampler,
    form,
    levels,
    denoiser: (x, level) => exact(x, level, undefined),
    start: numbers(golden.start),
    noise: golden.noise == null ? [] : slices(golden.noise),
    drawsEveryStep,
  });
}
