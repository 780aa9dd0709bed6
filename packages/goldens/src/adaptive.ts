/** Trajectories of solvers that choose their steps: k-diffusion's and the DPM-Solver authors'. */
import type { NoiseLevel, Sampler, StepControl } from '@tweedie/core';
import { type Form, forms, linearLogSnr, mixtureDenoiser, type PlainNoise, samplePlain } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import { dpmSolverLevel } from './dpm-solver.js';
import type { GoldenCase, GoldenHeader } from './golden-file.js';
import { levelOf } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { number, numbers, record, shape, slices, text } from './read.js';

/** A solver, and what chooses its steps. */
export interface AdaptiveSolver {
  readonly sampler: Sampler<Float64Array>;
  readonly control: StepControl;
  /** How often one try asks the model. */
  readonly evaluations: number;
}

/** A run of k-diffusion's `sample_dpm_adaptive`, compared after each try, taken or not. */
export function kDiffusionAdaptiveTrajectory(
  golden: GoldenCase,
  header: GoldenHeader,
  { sampler, control, evaluations }: AdaptiveSolver,
): () => Comparison {
  return () => {
    const { sigma_max, sigma_min } = record(golden.kwargs);
    const levels = [sigma_max, sigma_min].map((sigma) => levelOf(1, number(sigma)));
    const solver = { sampler, control: unshortened(control), evaluations };
    const near = ({ sigma }: NoiseLevel) => Math.abs(Math.log(sigma / number(sigma_min))) <= 1e-5;
    const { steps, called, accepted, rejected } = run(golden, header, solver, { form: 'variance exploding', levels, near });
    const seen = steps.flatMap((step, i) => {
      const before = steps[i - 1] ?? { x: numbers(golden.start), level: levels[0] as NoiseLevel, rejected: 0 };
      return [...Array.from({ length: step.rejected - before.rejected }, () => before), step];
    });
    const tries = called.filter((_, i) => i % evaluations === 0);
    const sigmas = seen.flatMap(({ level: { sigma } }) => [sigma, sigma]);
    return {
      callback_x: [seen.flatMap(({ x }) => [...x]), golden.callback_x ?? null],
      callback_denoised: [tries.flatMap(({ denoised }) => [...denoised]), golden.callback_denoised ?? null],
      callback_sigma_and_sigma_hat: [sigmas, golden.callback_sigma_and_sigma_hat ?? null],
      model_sigmas: [called.map(({ level }) => level.sigma), golden.model_sigmas ?? null],
      final: [steps.at(-1)?.x ?? [], golden.final ?? null],
      ...(golden.info != null && {
        n_accept: [accepted, record(golden.info).n_accept ?? null],
        n_reject: [rejected, record(golden.info).n_reject ?? null],
      }),
    };
  };
}

/** A run of the authors' `adaptive` method, compared at the levels where it asks the model, and at its end. */
export function dpmSolverAdaptiveTrajectory(golden: GoldenCase, header: GoldenHeader, solver: AdaptiveSolver): () => Comparison {
  return () => {
    const { t_start, t_end, denoise_to_zero } = record(golden.sample_kwargs);
    const level = dpmSolverLevel(text(golden.schedule), golden);
    const last = t_end == null ? 1 / 1000 : number(t_end);
    const levels = [level(t_start == null ? 1 : number(t_start)), level(last)];
    const near = level(last + 1e-5).logSnr;
    const rounding = { ...solver, control: roundedFactor(solver.control) };
    const { steps, called } = run(golden, header, rounding, {
      form: 'variance preserving',
      levels,
      near: ({ logSnr }) => logSnr >= near,
    });
    const x = steps.at(-1)?.x ?? numbers(golden.start);
    const ends = denoise_to_zero === true;
    const asked = [...called.map((each) => each.level), ...(ends ? levels.slice(1) : [])];
    return {
      model_t: [asked.map(({ logSnr }) => logSnr), numbers(golden.model_t).map((t) => level(t).logSnr)],
      final: [ends ? exactOf(golden, header)(x, level(last)) : x, golden.final ?? null],
    };
  };
}

/**
 * A run up to the first level that a peer takes for the end, and what was asked of the model on the way there.
 * @param where.near both peers end a little before the end, where a step happens to land there
 */
function run(
  golden: GoldenCase,
  header: GoldenHeader,
  { sampler, control, evaluations }: AdaptiveSolver,
  where: { readonly form: Form; readonly levels: readonly NoiseLevel[]; readonly near: (level: NoiseLevel) => boolean },
) {
  const { form, levels, near } = where;
  const exact = exactOf(golden, header);
  const called: { readonly level: NoiseLevel; readonly denoised: Float64Array }[] = [];
  const draws = golden.noise == null ? [] : slices(golden.noise);
  const noise: PlainNoise = Object.assign(
    ({ index }: { readonly index: number }) => {
      const normal = draws[index];
      if (normal === undefined) throw new Error(`the peer has no draw for step ${index}`);
      return normal;
    },
    { path: true as const }, // drawn once for each step that is taken, however often it is tried
  );
  const steps = samplePlain({
    process: forms(linearLogSnr({ min: -20, max: 20 }))[form],
    sampler,
    control,
    levels,
    rows: shape(golden.start)[0] ?? 1,
    start: numbers(golden.start),
    denoiser: (x, level) => {
      const denoised = exact(x, level);
      called.push({ level, denoised });
      return denoised;
    },
    noise,
  });
  const taken = steps.slice(0, steps.findIndex(({ level }) => near(level)) + 1);
  const rejected = taken.at(-1)?.rejected ?? 0;
  return { steps: taken, called: called.slice(0, (taken.length + rejected) * evaluations), accepted: taken.length, rejected };
}

function exactOf(golden: GoldenCase, header: GoldenHeader): (x: Float64Array, level: NoiseLevel) => Float64Array {
  const exact = mixtureDenoiser(mixtureOf(golden, header));
  return (x, level) => exact(x, level, undefined);
}

/**
 * `control` by the lengths that it asked for: k-diffusion does not tell it that the last step was shorter, and so tries that step again
 * as long as the length that was asked for is beyond the end.
 */
function unshortened(control: StepControl): StepControl<{ readonly length: number; readonly inner: unknown }> {
  return {
    ...control,
    next(error, _, memory) {
      const { memory: inner, ...verdict } = control.next(error, memory?.length ?? control.first, memory?.inner);
      return { ...verdict, memory: { length: verdict.length, inner } };
    },
  };
}

/** `control` with its factor, but for the safety of 0.9, rounded to float32, as in the authors' code. */
function roundedFactor(control: StepControl): StepControl {
  return {
    ...control,
    next(error, length, memory) {
      const verdict = control.next(error, length, memory);
      return { ...verdict, length: 0.9 * length * Math.fround(verdict.length / (0.9 * length)) };
    },
  };
}
