/** What configurations of diffusers mean: their tables of betas, and the training indices that they visit. */
import type { Grid } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { type Json, type JsonRecord, number, numbers, text } from '@tweedie/goldens';
import { betasFromAlphaBar, cosineBetas, linearBetas, scaledLinearBetas, sigmoidBetas } from '../src/betas.js';
import { fromBetas } from '../src/from-betas.js';
import { leading } from '../src/grids/leading.js';
import { linspace } from '../src/grids/linspace.js';
import { trailing } from '../src/grids/trailing.js';
import { laplaceBetas } from '../src/laplace-betas.js';
import { linearBeta } from '../src/linear-beta.js';
import { zeroTerminalSnr } from '../src/zero-terminal-snr.js';

/** Classes that space for one step more and leave the last index out. */
export function spacesForOneMore(kind: string): boolean {
  return /^(DPMSolver|UniPC|DEIS|SASolver)/.test(kind);
}

/** What a class lists, once each: Heun and KDPM2 list a level for each stage. */
export function once(kind: string, values: Json | undefined): Float64Array {
  return /Heun|KDPM2/.test(kind) ? Float64Array.from(new Set(numbers(values))) : numbers(values);
}

/** The times of a class at which its steps begin: KDPM2 lists a midpoint before each but the first. */
export function timesOfSteps(kind: string, values: Json | undefined): Float64Array {
  return kind === 'KDPM2DiscreteScheduler' ? numbers(values).filter((_, i) => i % 2 === 0) : once(kind, values);
}

/** The tables that the peer makes of a function `ᾱ(t)`, under all of the names that it has for them. */
export const transformed: Readonly<Record<string, (options: { readonly steps: number; readonly max?: number }) => number[]>> = {
  cosine: cosineBetas,
  squaredcos_cap_v2: cosineBetas,
  exp: (options) => betasFromAlphaBar((t) => Math.exp(-12 * t), options),
  laplace: laplaceBetas,
};

/** The table of betas of a configuration, with the defaults of its class. */
export function betasOf(config: JsonRecord, kind = ''): number[] {
  const latent = /^(Heun|KDPM2)/.test(kind);
  const { num_train_timesteps = 1000, beta_schedule = 'linear', trained_betas = null } = config;
  const { beta_start = latent ? 0.00085 : 1e-4, beta_end = latent ? 0.012 : 0.02 } = config;
  const options = { steps: number(num_train_timesteps), start: number(beta_start), end: number(beta_end) };
  const spaced = { linear: linearBetas, scaled_linear: scaledLinearBetas, sigmoid: sigmoidBetas };
  const family = { ...spaced, ...transformed }[text(beta_schedule)];
  if (family === undefined) throw new Error(`no table of the kind ${beta_schedule}`);
  const betas = trained_betas === null ? family(options) : [...numbers(trained_betas)];
  return config.rescale_betas_zero_snr === true ? zeroTerminalSnr(betas) : betas;
}

const anyProcess = variancePreserving(linearBeta()); // indices are times, on any schedule

/** The training indices that a configuration visits in `steps` steps, noisiest first. */
export function indicesOf(kind: string, config: JsonRecord, steps: number): number[] {
  const whole = number(config.num_train_timesteps ?? 1000);
  const trainSteps = whole - tooNoisy(kind, config);
  const inclusive = !spacesForOneMore(kind);
  const rounded = !/^(Euler|LMS|Heun|KDPM2)/.test(kind);
  const { timestep_spacing = /^(DD[IP]M|PNDM)/.test(kind) ? 'leading' : 'linspace', steps_offset = 0 } = config;
  if (timestep_spacing === 'linspace' && inclusive && steps === 1) return [0]; // where ours takes the noisiest one
  const visited = (grid: Grid, length: number) =>
    grid(anyProcess, steps)
      .slice(0, -1)
      .map(({ t }) => Number((t * length - 1).toFixed(9))); // which undoes the rounding of (i + 1)/T·T − 1
  switch (timestep_spacing) {
    case 'linspace':
      return visited(linspace({ trainSteps, inclusive, rounded }), trainSteps);
    case 'leading':
      return visited(leading({ trainSteps, inclusive, offset: number(steps_offset) }), trainSteps);
    case 'trailing': {
      // The stride is that of the whole table.
      const moved = visited(trailing({ trainSteps: whole }), whole).map((index) => index - (whole - trainSteps));
      return moved.filter((index) => index >= 0);
    }
    default:
      throw new Error(`no spacing of the kind ${timestep_spacing}`);
  }
}

/** How many entries at the noisy end of its table DPM-Solver leaves out. */
function tooNoisy(kind: string, config: JsonRecord): number {
  if (!kind.startsWith('DPMSolver') || config.lambda_min_clipped === undefined) return 0;
  const betas = betasOf(config, kind);
  const { logSnr } = fromBetas(betas);
  return betas.filter((_, i) => logSnr((i + 1) / betas.length) / 2 < number(config.lambda_min_clipped)).length;
}
