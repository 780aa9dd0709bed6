/**
 * Every schedule, process, parameterisation, grid and sampler together: whatever the combination, the result is finite, or the
 * combination is refused by an error that says why.
 */
import type { Denoiser, Grid, NoiseSchedule, Parameterization, Sampler } from '@tweedie/core';
import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { edm, epsilon, score, trainedUnder, v, velocity, x0 } from '@tweedie/parameterizations';
import {
  clamped,
  cosine,
  cosineBetas,
  explicit,
  fromBetas,
  geometric,
  karras,
  leading,
  linearBeta,
  linspace,
  rectifiedFlow,
  scaledLinearBetas,
  shifted,
  sigmoid,
  trailing,
  uniform,
  uniformLogSnr,
  zeroTerminalSnr,
} from '@tweedie/schedules';
import { combinePlain, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ancestral,
  angular,
  annealedLangevin,
  churned,
  consistency,
  ddim,
  ddpm,
  deis,
  dormandPrince,
  dpm2,
  dpmAdaptive,
  dpmpp2m,
  dpmpp2s,
  dpmpp3m,
  dpmpp3s,
  dpmppSde,
  dpmSolver2,
  dpmSolver3,
  dpmSolverMultistep,
  elementary,
  euler,
  eulerAncestral,
  eulerMaruyama,
  flowTime,
  halfLogSnr,
  heun,
  ipndm,
  langevin,
  langevinCorrector,
  lms,
  midpoint,
  pid,
  plms,
  pndm,
  predictorCorrector,
  restarted,
  reverseDiffusion,
  rk4,
  rungeKutta2,
  saSolver,
  scheduleTime,
  tcd,
  unipc,
} from './index.js';

const between = (low: number, high: number) => fc.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map(Math.exp);
const family = fc.oneof(
  fc.constantFrom(cosine(), rectifiedFlow()),
  fc.constantFrom(zeroTerminalSnr(scaledLinearBetas()), cosineBetas({ steps: 20 }), [0.3]).map(fromBetas),
  fc.tuple(between(1e-3, 1e3), between(1e-3, 1e3)).map(([betaMin, betaMax]) => linearBeta({ betaMin, betaMax })),
  fc.tuple(between(0.05, 50), between(0.01, 20)).map(([tau, end]) => sigmoid({ start: -1, end, tau })),
  fc.tuple(between(1e-8, 1), between(1.1, 1e8)).map(([sigmaMin, sigmaMax]) => geometric({ sigmaMin, sigmaMax })),
  fc.array(between(1e-9, 0.9), { minLength: 1, maxLength: 40 }).map(fromBetas),
);
const wrap = fc.constantFrom<(schedule: NoiseSchedule) => NoiseSchedule>(
  (schedule) => schedule,
  (schedule) => shifted(shifted(schedule, 1e-4), 30),
  (schedule) => clamped(schedule, { min: schedule.logSnr(0.9) }),
  (schedule) => clamped(schedule, { max: schedule.logSnr(0.2) }),
  (schedule) => shifted(clamped(schedule, { min: schedule.logSnr(0.95), max: schedule.logSnr(0.1) }), 3),
);
const process = fc
  .tuple(fc.constantFrom(variancePreserving, varianceExploding, linearInterpolant), wrap, family)
  .map(([form, change, schedule]) => form(change(schedule)));
const preserving = variancePreserving(cosine());
const affine: Readonly<Record<string, Parameterization>> = {
  x0: x0(),
  v: v(),
  velocity: velocity(),
  edm: edm(),
  epsilon: epsilon(),
  score: score(),
  'v of another process': trainedUnder(preserving)(v()),
};
const grids: Readonly<Record<string, Grid>> = {
  uniform: uniform(),
  uniformLogSnr: uniformLogSnr(),
  karras: karras(),
  'karras, given ends': karras({ sigmaMin: 0.01, sigmaMax: 80 }),
  leading: leading(),
  linspace: linspace(),
  trailing: trailing(),
  'explicit times': (on, steps) => explicit({ times: Array.from({ length: steps + 1 }, (_, i) => 1 - i / steps) })(on, steps),
};
const samplers: Readonly<Record<string, Sampler<Float64Array>>> = {
  consistency: consistency(),
  ddim: ddim(),
  'ddim, eta 0.3': ddim({ eta: 0.3 }),
  'ddim, eta 1': ddim({ eta: 1 }),
  ddpm: ddpm(),
  'ddpm, large': ddpm({ variance: 'large' }),
  euler: euler(),
  eulerAncestral: eulerAncestral({ eta: 1.5, scale: 1.01 }),
  heun: heun(),
  dpm2: dpm2(),
  dpmpp2m: dpmpp2m(),
  'dpmpp2m, heun and noise': dpmpp2m({ kind: 'heun', eta: 1 }),
  dpmpp2s: dpmpp2s({ kind: 'heun', eta: 1 }),
  dpmpp3m: dpmpp3m(),
  'dpmpp3m, noise': dpmpp3m({ eta: 0.5 }),
  dpmpp3s: dpmpp3s({ kind: 'heun', eta: 0.5 }),
  dpmppSde: dpmppSde(),
  dpmAdaptive: dpmAdaptive(),
  'dpmAdaptive, x0': dpmAdaptive({ order: 2, over: 'x0' }),
  dormandPrince: dormandPrince({ clock: flowTime() }),
  dpmSolver2: dpmSolver2(),
  dpmSolver3: dpmSolver3({ kind: 'heun' }),
  dpmSolverMultistep: dpmSolverMultistep({ order: 3 }),
  deis: deis(),
  'deis, time': deis({ clock: 'time' }),
  lms: lms(),
  ipndm: ipndm(),
  plms: plms(),
  pndm: pndm(),
  saSolver: saSolver(),
  'saSolver, epsilon': saSolver({ predicts: 'epsilon' }),
  unipc: unipc({ order: 3 }),
  'unipc, epsilon': unipc({ predicts: 'epsilon', solver: 'bh1' }),
  'ancestral dpm2': ancestral(dpm2<Float64Array>(), { eta: 1.5 }),
  rk4: rk4(),
  'rk4, flow': rk4({ clock: flowTime() }),
  'rk4, log-SNR': rk4({ clock: halfLogSnr() }),
  midpoint: midpoint({ clock: scheduleTime() }),
  rungeKutta2: rungeKutta2({ clock: scheduleTime() }),
  reverseDiffusion: reverseDiffusion(),
  eulerMaruyama: eulerMaruyama(),
  tcd: tcd(),
  angular: angular(),
  annealedLangevin: annealedLangevin(),
  langevin: langevin({ size: 0.01 }),
  langevinCorrector: langevinCorrector(),
  predictorCorrector: predictorCorrector(reverseDiffusion<Float64Array>(), langevinCorrector<Float64Array>()),
  restarted: restarted(heun<Float64Array>()),
  'churned Heun': churned(heun<Float64Array>(), { amount: 5 }),
};

const exact = mixtureDenoiser(threeGaussians);
/** The exact denoiser of the mixture by way of a network that predicts perfectly. */
const through =
  (parameterization: Parameterization): Denoiser<undefined, Float64Array> =>
  (x, level) => {
    const data = exact(x, level, undefined);
    const { skip, out, target } = parameterization(level);
    const noise = combinePlain([1 / level.sigma, x], [-level.alpha / level.sigma, data]);
    return combinePlain([skip, x], [out, combinePlain([target[0], data], [target[1], noise])]);
  };
const draw = (salt: number) => Float64Array.from({ length: 6 }, (_, i) => 2 * Math.sin(1.7 + 5 * salt + i * (salt + 2)));

const named = <T>(record: Readonly<Record<string, T>>) => fc.constantFrom(...Object.entries(record));

test.each(Object.entries(samplers))('%s: every combination gives finite samples or says why not', (name, sampler) => {
  fc.assert(
    fc.property(
      process,
      named(affine),
      named(grids),
      fc.constantFrom(1, 2, 9),
      (on, [predicts, parameterization], [, grid], steps) => {
        try {
          const levels = grid(on, steps);
          const start = draw(0).map((z) => z * (levels[0]?.sigma ?? Number.NaN));
          const noise = ({ index }: { readonly index: number }) => draw(index + 1);
          const path = samplePlain({ denoiser: through(parameterization), process: on, sampler, levels, start, noise });
          expect(path.length).toBe(steps);
          for (const { x } of path) expect(x.every(Number.isFinite)).toBe(true);
        } catch (error) {
          const { code = '' } = error as { readonly code?: string };
          const undefinedThere = ['epsilon', 'score'].includes(predicts) && code === 'coefficient-not-finite';
          const infiniteThere = name === 'eulerMaruyama' && code === 'rate-infinite';
          if (code !== 'grid-infinite' && !infiniteThere && !undefinedThere) throw error;
        }
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});

test('and so does every one under a step control', () => {
  const adaptive: Readonly<Record<string, Sampler<Float64Array>>> = {
    dpmAdaptive: dpmAdaptive(),
    'dpmAdaptive, x0': dpmAdaptive({ order: 2, over: 'x0' }),
    'ancestral dpmAdaptive': ancestral(dpmAdaptive<Float64Array>()),
    dormandPrince: dormandPrince(),
    'dormandPrince, flow': dormandPrince({ clock: flowTime() }),
    'dormandPrince, log-SNR': dormandPrince({ clock: halfLogSnr() }),
  };
  const controls = fc.record({ coordinate: fc.constantFrom('time', 'halfLogSnr'), first: between(0.01, 3) });
  const seen = new Set<string>();
  fc.assert(
    fc.property(
      process,
      named(grids),
      named(adaptive),
      fc.constantFrom(pid, elementary),
      controls,
      fc.constantFrom(1, 2, 9),
      (on, [, grid], [, sampler], control, options, steps) => {
        try {
          const levels = grid(on, steps);
          const path = samplePlain({
            denoiser: exact,
            process: on,
            sampler,
            levels,
            start: draw(0).map((z) => z * (levels[0]?.sigma ?? Number.NaN)),
            control: control({ ...options, limit: 2000 }),
            rows: 3,
            noise: Object.assign(({ index }: { readonly index: number }) => draw(index + 1), { path: true as const }),
          });
          expect(path.at(-1)?.level).toBe(levels.at(-1));
          for (const { x } of path) expect(x.every(Number.isFinite)).toBe(true);
          seen.add('finite');
        } catch (error) {
          const { code } = error as { readonly code?: string };
          if (code === undefined) throw error;
          seen.add(code);
        }
      },
    ),
    { numRuns: 1000, seed: 1 },
  );
  const refusals = ['control-off-schedule', 'control-unbounded', 'grid-infinite', 'step-underflow'];
  expect([...seen].filter((code) => !refusals.includes(code))).toEqual(['finite']);
});
