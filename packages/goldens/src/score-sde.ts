/**
 * Runs of score_sde, and of the class of diffusers that is made after it: corrector and predictor by turns. The quirks live here:
 *
 * - a predictor steps by 1/N, whatever time comes next, or from entry `i = trunc(t·(N − 1))` of a table to the one before, with
 *   clean data before the first; a continuous model is asked at `t` itself, a discrete one at an entry;
 * - the last prediction draws noise as all others do; `final` is the same without it, unless `denoise` is false;
 * - norms are averaged over the batch; every draw is listed, also one that the probability flow does not need.
 */
import type { ForwardProcess, NoiseLevel, Sampler } from '@tweedie/core';
import { combinePlain, liftedToTensors, mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import type { GoldenCase, GoldenHeader } from './golden-file.js';
import { goldenSampler, levelOf, type Sampled } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { list, number, numbers, record, slices, text } from './read.js';

/** The samplers that a case names. */
export interface ScoreSdeParts<X> {
  readonly predictor?: Sampler<X> | undefined;
  readonly corrector?: Sampler<X> | undefined;
  readonly joined: (predictor: Sampler<X>, corrector: Sampler<X>) => Sampler<X>;
}

/** What plays a case: the process of its SDE, and its samplers, on numbers or on tensors. */
export type ScoreSdePlay = (ScoreSdeParts<Float64Array> | { readonly tensors: ScoreSdeParts<Sampled> }) & {
  readonly process: ForwardProcess;
  /** Does the predictor step in time, and not in the table? */
  readonly inTime?: boolean;
};

/** `x·‖over‖/‖under‖` on rows of two numbers, with norms averaged over the batch. */
export function rescaledByBatch(x: Float64Array, over: Float64Array, under: Float64Array): Float64Array {
  const norms = (of: Float64Array) =>
    of.reduce((sum, each, i) => (i % 2 === 0 ? sum + Math.hypot(each, of[i + 1] ?? 0) : sum), 0);
  return combinePlain([norms(over) / norms(under), x]);
}

/** A run of the parts over the times of a case, to be compared after each turn of either part, and at the end. */
export function scoreSdeTrajectory(golden: GoldenCase, header: GoldenHeader, play: ScoreSdePlay): () => Promise<Comparison> {
  return async () => {
    const { process, inTime = false } = play;
    const times = timesOf(golden);
    const { estimate, tabled } = modelOf(golden, header, process, times.length);
    const updates: Float64Array[] = [];
    const recorded = (x: Float64Array) => {
      updates.push(x);
      return x;
    };
    const turns: Turns = {
      corrected(t) {
        const [from, to] = tabled(t);
        const at = process.at(t);
        return [at, { ...at, alpha: at.alpha * (to.alpha / from.alpha) }];
      },
      predicted: (t) => (inTime ? [process.at(t), { ...process.at(t), t: t - 1 / times.length }] : tabled(t)),
      times,
      denoised: golden.denoise !== false,
    };
    const { final } = await goldenSampler({
      sampler:
        'tensors' in play ? { tensors: byTurns(play.tensors, turns, liftedToTensors(recorded)) } : byTurns(play, turns, recorded),
      form: process,
      levels: [...times.map(process.at), clean],
      denoiser: (x, level, _, moment) => estimate(times[moment?.index ?? 0] ?? Number.NaN)(x, level),
      start: startOf(golden, process),
      noise: slices(golden.noise).slice(golden.start === undefined ? 1 : 0),
      drawsEveryStep: drawsOf(golden),
    });
    // Diffusers lists each single correction; a turn of the corrector ends with the last of them.
    const kinds = list(golden.update_kind).map(text);
    const ends = slices(golden.update_x).filter(
      (_, i) => !/^correct/.test(kinds[i] ?? '') || !/^correct/.test(kinds[i + 1] ?? ''),
    );
    return {
      update_x: [updates.flatMap((x) => [...x]), ends.flatMap((x) => [...x])],
      final: [final, golden.final ?? golden.final_mean ?? null],
    };
  };
}

/** Where the parts of a step stand and go to, at each of the times. */
interface Turns {
  readonly corrected: (t: number) => readonly [NoiseLevel, NoiseLevel];
  readonly predicted: (t: number) => readonly [NoiseLevel, NoiseLevel];
  readonly times: readonly number[];
  /** Does the last prediction count without its noise? */
  readonly denoised: boolean;
}

/** The parts as one sampler, each on levels of its own; what either gives is handed to `recorded`. */
function byTurns<X>(parts: ScoreSdeParts<X>, turns: Turns, recorded: (x: X) => X): Sampler<X> {
  const { predictor = still<X>(), corrector, joined } = parts;
  const correcting: Sampler<X> = {
    path: 'any',
    step(context, x, state) {
      const [from, to] = turns.corrected(turns.times[context.index] ?? Number.NaN);
      const result = (corrector ?? still<X>()).step({ ...context, from, to }, x, state);
      return { ...result, x: recorded(result.x) };
    },
  };
  const predicting: Sampler<X> = {
    path: 'any',
    step(context, x, state) {
      const [from, to] = turns.predicted(turns.times[context.index] ?? Number.NaN);
      const noisily = predictor.step({ ...context, from, to: to.sigma === 0 ? levelOf(1, 1e-150) : to }, x, state);
      const kept = recorded(noisily.x);
      if (context.index < turns.times.length - 1 || !turns.denoised) return { ...noisily, x: kept };
      const noise = () => context.combine([0, x]);
      return predictor.step({ ...context, from, to: { ...clean, t: to.t }, noise }, x, state);
    },
  };
  return corrector === undefined ? predicting : joined(predicting, correcting);
}

function still<X>(): Sampler<X> {
  return { step: (_, x) => ({ x, denoised: x }) };
}

/** How many draws the peer makes in a step, for its corrector and its predictor, needed or not. */
function drawsOf(golden: GoldenCase): number {
  const corrections = golden.corrector === 'none' ? 0 : number(golden.correct_steps ?? golden.n_steps_each);
  return corrections + (golden.predictor === 'none' ? 0 : 1);
}

const clean = levelOf(1, 0);

function timesOf(golden: GoldenCase): readonly number[] {
  if (golden.timesteps !== undefined) return [...numbers(golden.timesteps)];
  const [count, end] = [number(golden.N), number(golden.eps)];
  return Array.from({ length: count }, (_, i) => 1 + ((end - 1) * i) / (count - 1));
}

function startOf(golden: GoldenCase, process: ForwardProcess): Float64Array {
  if (golden.start !== undefined) return numbers(golden.start);
  const [prior = new Float64Array()] = slices(golden.noise);
  return combinePlain([golden.sde === 've' ? process.at(1).sigma : 1, prior]);
}

/** The levels of the discrete steps, and what the model makes of `x` at a time. */
function modelOf(golden: GoldenCase, header: GoldenHeader, process: ForwardProcess, count: number) {
  const exploding = golden.sde === undefined || golden.sde === 've';
  const table = exploding ? Array.from({ length: count }, (_, i) => process.at(i / (count - 1))) : preservingTable(golden, count);
  const entry = (t: number) => Math.trunc(t * (count - 1));
  const asked = (t: number): NoiseLevel => {
    if (golden.continuous !== false || golden.sde === 'subvp') return process.at(t);
    return table[exploding ? count - 1 - Math.round((1 - t) * (count - 1)) : entry(t)] ?? clean;
  };
  const exact = mixtureDenoiser(mixtureOf(golden, header));
  return {
    tabled: (t: number) => [table[entry(t)] ?? clean, table[entry(t) - 1] ?? clean] as const,
    /** The estimate of x0 at the level of the step that stands for the score of the model at its own. */
    estimate: (t: number) => (x: Float64Array, level: NoiseLevel) => {
      const model = asked(t);
      const share = (level.sigma / model.sigma) ** 2;
      return combinePlain([(1 - share) / level.alpha, x], [(share * model.alpha) / level.alpha, exact(x, model, undefined)]);
    },
  };
}

/** β from `beta_min/N` to `beta_max/N`. A β of 1 leaves nothing of `x0`, where no estimate of it could carry a score: almost. */
function preservingTable(golden: GoldenCase, count: number): readonly NoiseLevel[] {
  const { beta_min = 0.1, beta_max = 20 } = record(golden.sde_kwargs);
  const [first, last] = [number(beta_min) / count, number(beta_max) / count];
  let product = 1;
  return Array.from({ length: count }, (_, i) => {
    product *= 1 - (first + ((last - first) * i) / (count - 1));
    return levelOf(Math.sqrt(product) || 1e-150, Math.sqrt(1 - product));
  });
}
