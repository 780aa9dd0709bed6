import type { Grid, NoiseLevel } from '@tweedie/core';
import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, type Json, type JsonRecord, number, numbers, record, text } from '@tweedie/goldens';
import diffusers from '@tweedie/goldens/schedules/sigmas-diffusers.json' with { type: 'json' };
import { betasOf, indicesOf, once, spacesForOneMore, timesOfSteps } from '../test/diffusers.js';
import { fromBetas } from './from-betas.js';
import { geometric } from './geometric.js';
import { betaQuantiles } from './grids/beta-quantiles.js';
import { explicit } from './grids/explicit.js';
import { inverted } from './grids/inverted.js';
import { karras } from './grids/karras.js';
import { stretched } from './grids/stretched.js';
import { timeSpaced } from './grids/time-spaced.js';
import { uniformLogSnr } from './grids/uniform-log-snr.js';
import { uniformSigma } from './grids/uniform-sigma.js';
import { rectifiedFlow } from './rectified-flow.js';
import { shifted } from './shifted.js';

const ratio = ({ alpha, sigma }: NoiseLevel) => sigma / alpha;
const noisy = (levels: readonly NoiseLevel[]) => levels.slice(0, -1);
const last = (values: readonly number[]) => values.at(-1) ?? Number.NaN;
const given = (values: Json | undefined) => (values === undefined ? undefined : [...numbers(values)]);
const spacings: Readonly<Record<string, (range: { sigmaMin: number; sigmaMax: number }) => Grid>> = {
  use_karras_sigmas: karras,
  use_beta_sigmas: betaQuantiles,
  use_exponential_sigmas: evenLogSnrs,
  use_lu_lambdas: evenLogSnrs,
};

function evenLogSnrs({ sigmaMin, sigmaMax }: { sigmaMin: number; sigmaMax: number }): Grid {
  return uniformLogSnr({ min: -2 * Math.log(sigmaMax), max: -2 * Math.log(sigmaMin) });
}

/** The grid that a configuration asks for between two ratios, if any; a single level has no other end. */
function spacing(config: JsonRecord, sigmaMax: number, sigmaMin: number): Grid | undefined {
  const [, make] = Object.entries(spacings).find(([option]) => config[option] === true) ?? [];
  return make?.({ sigmaMin: sigmaMin < sigmaMax ? sigmaMin : sigmaMax / 2, sigmaMax });
}

/** The schedule of a flow with the shift of a configuration: a factor of its own, or one for the length of the sequence. */
function flowOf(config: JsonRecord, mu: Json | undefined) {
  const { use_dynamic_shifting, time_shift_type, shift = config.flow_shift ?? 1 } = config;
  const dynamic = use_dynamic_shifting === true && mu !== undefined;
  const factor = dynamic ? (time_shift_type === 'linear' ? number(mu) : Math.exp(number(mu))) : number(shift);
  return { dynamic, schedule: shifted(rectifiedFlow(), 1 / factor) };
}

/** `grid`, stretched where a configuration says so. */
function ending(grid: Grid, { shift_terminal = null }: JsonRecord): Grid {
  return shift_terminal === null || shift_terminal === 0 ? grid : stretched(grid, number(shift_terminal));
}

describeGoldens('grids over a table of betas', diffusers, (golden) => {
  const kind = text(golden.class ?? 'none');
  const config = record(golden.scheduler_config ?? {});
  const flow = config.use_flow_sigmas === true;
  if (!(/^(Euler|LMS|Heun|KDPM2)/.test(kind) || spacesForOneMore(kind))) return undefined;
  if (flow && spacing(config, 1, 0.1) === undefined) return undefined;
  return () => {
    const { timesteps, sigmas: asking } = record(golden.set_timesteps_kwargs ?? {});
    const asked = given(asking);
    const betas = betasOf(config, kind);
    const pureNoise = config.rescale_betas_zero_snr === true;
    // Where ours is pure noise these peers put ᾱ = 2^-24, which may be more than in the entry before.
    const lastBeta = 1 - 2 ** -24 / betas.slice(0, -1).reduce((product, beta) => product * (1 - beta), 1);
    const schedule = fromBetas(pureNoise && lastBeta > 0 ? [...betas.slice(0, -1), lastBeta] : betas);
    const entry = (index: number) =>
      pureNoise && index === betas.length - 1
        ? Math.sqrt(2 ** 24 - 1)
        : Math.exp(-schedule.logSnr((index + 1) / betas.length) / 2);
    const indices = asked ? [] : (given(timesteps) ?? indicesOf(kind, config, number(golden.num_inference_steps)));
    // Between entries of the table these peers draw straight lines in sigma.
    const sigmaAt = (index: number) => {
      const [below, share] = [Math.floor(index), index % 1];
      return (1 - share) * entry(below) + (share === 0 ? 0 : share * entry(below + 1));
    };

    // The kin of DPM-Solver spaces sigmas over the whole table, the others between the timesteps that they would use.
    const logLinear = config.interpolation_type === 'log_linear';
    const whole = spacesForOneMore(kind) || logLinear;
    const [sigmaMax, sigmaMin] = whole ? [entry(betas.length - 1), entry(0)] : [sigmaAt(indices[0] ?? 0), sigmaAt(last(indices))];
    const spaced = spacing(config, number(config.sigma_max ?? sigmaMax), number(config.sigma_min ?? sigmaMin));
    const evenly = spaced === undefined && logLinear; // which makes one level more
    const grid = spaced ?? (evenly ? evenLogSnrs({ sigmaMin, sigmaMax }) : undefined);
    const written = asked ?? [...indices.map(sigmaAt), 0];
    const levels = (asked === undefined && grid) || explicit({ sigmas: written });
    const visited = noisy(levels(variancePreserving(schedule), written.length - 1 + (evenly ? 1 : 0)));
    // One of them turns the ratios of Karras into weights of the noise for a flow.
    const weighs = flow && kind.startsWith('UniPC') && config.use_karras_sigmas === true;
    const sigmas = visited.map((level) => ratio(level) / (weighs ? 1 + ratio(level) : 1));

    // Where they end: in clean data, at the first entry of the table, or in a step that does nothing.
    const stays = /^(DEIS|SASolver)/.test(kind) || (kind.startsWith('UniPC') && config.final_sigmas_type === 'sigma_min');
    const stops = /^(DEIS|SASolver)/.test(kind) || config.final_sigmas_type === 'sigma_min';
    const end = asked ? last(asked) : stays && grid !== undefined ? last(sigmas) : stops ? entry(0) : 0;

    // Times of sigmas that are not of the table: some keep them fractional, some round or cut them.
    const noisiest = entry(betas.length - 1) * (1 - 1e-12);
    const found = visited.map((level) => (ratio(level) < noisiest ? Math.max(0, level.t * betas.length - 1) : betas.length - 1));
    const rounds =
      (config.use_karras_sigmas === true || config.use_lu_lambdas === true) &&
      (kind.startsWith('DPM') ? config.beta_schedule !== 'squaredcos_cap_v2' : !/^(Euler|LMS|Heun)/.test(kind));
    const continuous = config.timestep_type === 'continuous' && config.prediction_type === 'v_prediction';
    const ofTable = asked === undefined && spaced === undefined;
    const told = continuous
      ? sigmas.map((sigma) => Math.log(sigma) / 4)
      : ofTable
        ? indices
        : rounds
          ? found.map(Math.round)
          : found;
    const comparable = ofTable || (rounds && !weighs) || /^(Euler|LMS|Heun|KDPM2)/.test(kind);
    return {
      sigmas: [[...sigmas, end], once(kind, golden.sigmas)],
      ...(comparable && { timesteps: [told, timesOfSteps(kind, golden.timesteps)] as const }),
    };
  };
});

describeGoldens('karras and uniform log-SNR of EDM', diffusers, (golden) => {
  if (!/^EDM/.test(text(golden.class ?? 'none'))) return undefined;
  const { sigma_min = 0.002, sigma_max = 80, rho = 7, sigma_schedule, final_sigmas_type } = record(golden.scheduler_config);
  const range = { sigmaMin: number(sigma_min), sigmaMax: number(sigma_max) };
  const grid = sigma_schedule === 'exponential' ? evenLogSnrs(range) : karras({ ...range, rho: number(rho) });
  return () => {
    const levels = noisy(grid(varianceExploding(geometric()), number(golden.num_inference_steps)));
    const sigmas = levels.map(({ sigma }) => sigma);
    const told = levels.map(({ logSnr }) => -logSnr / 8); // their "timesteps" are ln(sigma)/4
    return {
      sigmas: [[...sigmas, final_sigmas_type === 'sigma_min' ? last(sigmas) : 0], golden.sigmas ?? null],
      timesteps: [told, golden.timesteps ?? null],
    };
  };
});

describeGoldens('grids in the time of a flow', diffusers, (golden) => {
  const kind = text(golden.class ?? 'none');
  if (!/^FlowMatch(Euler|Heun)/.test(kind)) return undefined;
  return () => {
    const config = record(golden.scheduler_config);
    const { mu, sigmas: asking, timesteps: tellingJson } = record(golden.set_timesteps_kwargs ?? {});
    const trainSteps = number(config.num_train_timesteps ?? 1000);
    const telling = given(tellingJson);
    const { dynamic, schedule } = flowOf(config, mu);
    // The peer ends at a time that its constructor has shifted, and shifts again, unless the shift is dynamic.
    const end = 1 / trainSteps;
    const even = uniformSigma({ sigmaMin: dynamic ? end : rectifiedFlow().time(schedule.logSnr(end)), sigmaMax: 1 });
    const times = given(asking) ?? telling?.map((index) => index / trainSteps);
    const shiftedGrid = ending(times === undefined ? timeSpaced(even) : explicit({ times: [...times, 0] }), config);
    const steps = times?.length ?? number(golden.num_inference_steps);
    const placed = shiftedGrid(linearInterpolant(schedule), steps);
    // Other spacings go between the ends that come of it.
    const spaced = spacing(config, placed[0]?.sigma ?? 1, last(noisy(placed).map(({ sigma }) => sigma)));
    const grid = spaced === undefined ? () => placed : timeSpaced(spaced);
    const turned = config.invert_sigmas === true;
    const sigmas = (turned ? inverted(grid) : grid)(linearInterpolant(rectifiedFlow()), steps).map(({ sigma }) => sigma);
    const told = turned || telling === undefined ? sigmas.slice(0, -1).map((sigma) => sigma * trainSteps) : telling;
    return { sigmas: [sigmas, once(kind, golden.sigmas)], timesteps: [told, timesOfSteps(kind, golden.timesteps)] };
  };
});

describeGoldens('evenly spaced times on a shifted flow', diffusers, (golden) => {
  const kind = text(golden.class ?? 'none');
  const config = record(golden.scheduler_config ?? {});
  if (config.use_flow_sigmas !== true || spacing(config, 1, 0.1) !== undefined) return undefined;
  const { mu } = record(golden.set_timesteps_kwargs ?? {});
  const unit = 1 / number(config.num_train_timesteps ?? 1000);
  return () => {
    const steps = number(golden.num_inference_steps);
    const uniPc = kind.startsWith('UniPC');
    // One ends a training step above clean data, and keeps off pure noise; the others start a training step below it.
    const time = (i: number) => (uniPc ? 1 - (1 - unit) * (i / steps) : (1 - unit) * (1 - i / steps));
    const times = [...Array.from({ length: steps }, (_, i) => time(i)), 0];
    const levels = ending(explicit({ times }), config)(linearInterpolant(flowOf(config, mu).schedule), steps);
    const sigmas = noisy(levels).map(({ sigma }) => (uniPc && sigma > 1 - 1e-6 ? sigma - 1e-6 : sigma));
    const stays = kind.startsWith('DEIS') || kind.startsWith('SASolver') || (uniPc && config.final_sigmas_type === 'sigma_min');
    const [first = Number.NaN] = betasOf(config, kind);
    const stops = config.final_sigmas_type === 'sigma_min' ? Math.sqrt(first / (1 - first)) : 0; // of a table that it never uses
    return { sigmas: [[...sigmas, stays ? last(sigmas) : stops], golden.sigmas ?? null] };
  };
});
