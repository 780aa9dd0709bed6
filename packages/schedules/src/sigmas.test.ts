import type { Grid, NoiseLevel, NoiseSchedule } from '@tweedie/core';
import { varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, type JsonRecord, number, record, text } from '@tweedie/goldens';
import edm from '@tweedie/goldens/schedules/sigmas-edm.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/schedules/sigmas-k-diffusion.json' with { type: 'json' };
import { cosineBetas } from './betas.js';
import { clamped } from './clamped.js';
import { fromBetas } from './from-betas.js';
import { geometric } from './geometric.js';
import { explicit } from './grids/explicit.js';
import { karras } from './grids/karras.js';
import { linspace } from './grids/linspace.js';
import { polyexponential } from './grids/polyexponential.js';
import { uniform } from './grids/uniform.js';
import { uniformLogSnr } from './grids/uniform-log-snr.js';
import { linearBeta } from './linear-beta.js';

const ratios = (levels: readonly NoiseLevel[]) => levels.map(({ alpha, sigma }) => sigma / alpha);
const noisy = (levels: readonly NoiseLevel[]) => levels.slice(0, -1);
const ends = ({ sigma_min, sigma_max }: JsonRecord) => ({ sigmaMin: number(sigma_min), sigmaMax: number(sigma_max) });
const logSnrs = ({ sigmaMin, sigmaMax }: ReturnType<typeof ends>) => ({
  min: -2 * Math.log(sigmaMax),
  max: -2 * Math.log(sigmaMin),
});
const anyProcess = variancePreserving(linearBeta());

/** Evenly spaced times down to and including `last`, which is what these peers space: the last time stands where ours is clean. */
function uniformDownTo(last: number, points: number, schedule: NoiseSchedule): number[] {
  const process = varianceExploding(clamped(schedule, { max: schedule.logSnr(last) }));
  return ratios([...noisy(uniform()(process, points - 1)), process.at(0)]);
}

describeGoldens('karras, uniform and uniform log-SNR', edm, ({ args, sigmas = null }) => {
  const { num_steps, discretization = 'edm', sigma_min, sigma_max, defaults = '', ...asked } = record(args);
  const steps = number(num_steps);
  // The defaults are told as a sentence of names and values.
  const told = text(defaults).matchAll(/(\w+) ([\d.e-]+)/g);
  const {
    rho = 7,
    epsilon_s = 1e-3,
    C_1 = 0.001,
    C_2 = 0.008,
    M = 1000,
  }: JsonRecord = {
    ...Object.fromEntries(Array.from(told, ([, name, value]) => [name, Number(value)])),
    ...asked,
  };
  const range = (min: number, max: number) => ends({ sigma_min: sigma_min ?? min, sigma_max: sigma_max ?? max });
  switch (discretization) {
    case 'edm': {
      const levels = karras({ rho: number(rho), ...range(0.002, 80) })(anyProcess, steps);
      // Those that name no discretisation have a last zero appended.
      return () => ({ sigmas: [ratios('discretization' in record(args) ? noisy(levels) : levels), sigmas] });
    }
    case 'vp': {
      // The rates with which ln(1 + sigma²) is that of both ends.
      const [least, standard] = [number(epsilon_s), linearBeta()];
      const { sigmaMin, sigmaMax } = range(Math.exp(-standard.logSnr(least) / 2), Math.exp(-standard.logSnr(1) / 2));
      const [low, high] = [Math.log1p(sigmaMin ** 2), Math.log1p(sigmaMax ** 2)];
      const growth = (2 * (low / least - high)) / (least - 1);
      const betaMin = high - growth / 2;
      return () => ({ sigmas: [uniformDownTo(least, steps, linearBeta({ betaMin, betaMax: betaMin + growth })), sigmas] });
    }
    case 've': {
      const process = varianceExploding(geometric(range(0.02, 100)));
      return () => ({ sigmas: [ratios(noisy(uniformLogSnr()(process, steps))), sigmas] });
    }
    case 'iddpm': {
      // Evenly spaced entries among those of the table of improved diffusion that are not noisier than 81 or cleaner than 0.002.
      const length = number(M);
      const table = fromBetas(cosineBetas({ steps: length, s: number(C_2), max: 1 - number(C_1) }));
      const { min, max } = logSnrs(range(0.002, 81));
      const times = Array.from({ length }, (_, i) => 1 - i / length);
      const kept = times.filter((t) => table.logSnr(t) >= min && table.logSnr(t) <= max);
      // Counted from the noisy end: halves go to the even index from there.
      const picked = noisy(linspace({ trainSteps: kept.length })(anyProcess, steps)).reverse();
      const found = picked.map(({ t }) => kept[Math.round(t * kept.length) - 1] ?? Number.NaN);
      return () => ({ sigmas: [ratios(explicit({ times: found })(variancePreserving(table), steps - 1)), sigmas] });
    }
    default:
      return undefined;
  }
});

describeGoldens('karras, uniform, uniform log-SNR and polyexponential', kDiffusion, ({ function: peer, args, sigmas = null }) => {
  if (args === undefined) return undefined;
  const { n, rho, eps_s = 1e-3, beta_d = 19.9, beta_min = 0.1, ...range } = record(args);
  const grids: Readonly<Record<string, () => Grid>> = {
    get_sigmas_karras: () => karras({ rho: number(rho ?? 7), ...ends(range) }),
    get_sigmas_exponential: () => uniformLogSnr(logSnrs(ends(range))),
    get_sigmas_polyexponential: () => polyexponential({ rho: number(rho ?? 1), ...ends(range) }),
  };
  const grid = grids[text(peer)];
  if (grid !== undefined) return () => ({ sigmas: [ratios(grid()(anyProcess, number(n))), sigmas] });
  if (peer !== 'get_sigmas_vp') return undefined;
  const rates = linearBeta({ betaMin: number(beta_min), betaMax: number(beta_min) + number(beta_d) });
  return () => ({ sigmas: [[...uniformDownTo(number(eps_s), number(n), rates), 0], sigmas] });
});
