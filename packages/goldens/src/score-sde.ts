/**
 * Runs of score_sde, and of the class of diffusers that is made after it: corrector and predictor by turns. The quirks live here:
 *
 * - a predictor steps by 1/N, whatever time comes next, or from entry `i = trunc(t·(N − 1))` of a table to the one before, with
 *   clean data before the first; a continuous model is asked at `t` itself, a discrete one at an entry;
 * - the last prediction draws noise as all others do; `final` is the same without it, unless `denoise` is false;
 * - norms are averaged over the batch; every draw is listed, also one that the probability flow does not need.
 */
import type { ForwardProcess, NoiseLevel, Sampler } from '@tweedie/core';
import { combinePlain, mixtureDenoiser, samplePlain } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import type { GoldenCase, GoldenHeader } from './golden-file.js';
import { levelOf } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { list, number, numbers, record, slices, text } from './read.js';

type Plain = Sampler<Float64Array>;

/** What plays a case: the process of its SDE, and the samplers that it names. */
export interface ScoreSdeParts {
  readonly process: ForwardProcess;
  /** Does the predictor step in time, and not in the table? */
  readonly inTime?: boolean;
  readonly predictor?: Plain | undefined;
  readonly corrector?: Plain | undefined;
  readonly joined: (predictor: Plain, corrector: Plain) => Plain;
}

/** `x·‖over‖/‖under‖` on rows of two numbers, with norms averaged over the batch. */
export function rescaledByBatch(x: Float64Array, over: Float64Array, under: Float64Array): Float64Array {
  const norms = (of: Float64Array) =>
    of.reduce((sum, each, i) => (i % 2 === 0 ? sum + Math.hypot(each, of[i + 1] ?? 0) : sum), 0);
  return combinePlain([norms(over) / norms(under), x]);
}

/** A run of the parts over the times of a case, to be compared after each turn of either part, and at the end. */
export function scoreSdeTrajectory(golden: GoldenCase, header: GoldenHeader, parts: ScoreSdeParts): () => Comparison {
  return () => {
    const { process, inTime = false, predictor, corrector, joined } = parts;
    const times = timesOf(golden);
    const draws = slices(golden.noise).slice(golden.start === undefined ? 1 : 0);
    const inner = corrector === undefined ? 0 : number(golden.n_steps_each ?? golden.correct_steps);
    const { estimate, tabled } = modelOf(golden, header, process, times.length);
    const updates: Float64Array[] = [];

    /** A part on levels of its own, with the model's score at the time of the step and the draws that were made for it. */
    const run = (part: Plain, first: number, levels: (t: number) => readonly [NoiseLevel, NoiseLevel]): Plain['step'] => {
      return (context, x, state) => {
        const t = times[context.index] ?? Number.NaN;
        const [from, to] = levels(t);
        let next = context.index * (inner + (predictor === undefined ? 0 : 1)) + first;
        const noise = () => {
          const draw = draws[next++];
          if (draw === undefined) throw new Error(`the peer has no draw ${next} for step ${context.index}`);
          return draw;
        };
        return part.step({ ...context, from, to, denoise: estimate(t), noise }, x, state);
      };
    };
    const correcting = run(corrector ?? still, 0, (t) => {
      const [from, to] = tabled(t);
      const at = process.at(t);
      return [at, { ...at, alpha: at.alpha * (to.alpha / from.alpha) }];
    });
    const predicting = (end: (to: NoiseLevel) => NoiseLevel) =>
      run(predictor ?? still, inner, (t) => {
        const [from, to] = inTime ? [process.at(t), { ...process.at(t), t: t - 1 / times.length }] : tabled(t);
        return [from, end(to)];
      });
    const noisily = predicting((to) => (to.sigma === 0 ? levelOf(1, 1e-150) : to));
    const cleanly = predicting((to) => ({ ...clean, t: to.t }));
    const recorded = (step: Plain['step']): Plain => ({
      path: 'any',
      step(context, x, state) {
        const result = step(context, x, state);
        updates.push(result.x);
        return context.index === times.length - 1 && step === noisily && golden.denoise !== false
          ? cleanly(context, x, state)
          : result;
      },
    });
    const steps = samplePlain({
      denoiser: (x) => x, // each part has its own
      process,
      sampler: corrector === undefined ? recorded(noisily) : joined(recorded(noisily), recorded(correcting)),
      levels: [...times.map(process.at), clean],
      start: startOf(golden, process),
    });
    // Diffusers lists each single correction; a turn of the corrector ends with the last of them.
    const kinds = list(golden.update_kind).map(text);
    const turns = slices(golden.update_x).filter(
      (_, i) => !/^correct/.test(kinds[i] ?? '') || !/^correct/.test(kinds[i + 1] ?? ''),
    );
    return {
      update_x: [updates.flatMap((x) => [...x]), turns.flatMap((x) => [...x])],
      final: [steps.at(-1)?.x ?? [], golden.final ?? golden.final_mean ?? null],
    };
  };
}

const clean = levelOf(1, 0);
const still: Plain = { step: (_, x) => ({ x, denoised: x }) };

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
