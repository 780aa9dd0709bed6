import type { Grid, NoiseLevel } from '@tweedie/core';
import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, type JsonRecord, number, numbers, record, text } from '@tweedie/goldens';
import diffusers from '@tweedie/goldens/schedules/sigmas-diffusers.json' with { type: 'json' };
import { betasFromAlphaBar, cosineBetas, linearBetas, scaledLinearBetas, sigmoidBetas } from './betas.js';
import { fromBetas } from './from-betas.js';
import { geometric } from './geometric.js';
import { betaQuantiles } from './grids/beta-quantiles.js';
import { explicit } from './grids/explicit.js';
import { inverted } from './grids/inverted.js';
import { karras } from './grids/karras.js';
import { leading } from './grids/leading.js';
import { linspace } from './grids/linspace.js';
import { stretched } from './grids/stretched.js';
import { timeSpaced } from './grids/time-spaced.js';
import { trailing } from './grids/trailing.js';
import { uniformLogSnr } from './grids/uniform-log-snr.js';
import { uniformSigma } from './grids/uniform-sigma.js';
import { rectifiedFlow } from './rectified-flow.js';
import { shifted } from './shifted.js';
import { zeroTerminalSnr } from './zero-terminal-snr.js';

const ratio = ({ alpha, sigma }: NoiseLevel) => sigma / alpha;
const anyRange = { sigmaMin: 0.1, sigmaMax: 1 };
const noisy = (levels: readonly NoiseLevel[]) => levels.slice(0, -1);
/** Heun and KDPM2 list a level once for each stage. */
const once = (kind: string, values: Float64Array) => (/Heun|KDPM2/.test(kind) ? Float64Array.from(new Set(values)) : values);

/** The grid that a configuration asks for between two ratios, if any. */
function spacing(config: JsonRecord, { sigmaMin, sigmaMax }: { sigmaMin: number; sigmaMax: number }): Grid | undefined {
  if (config.use_karras_sigmas === true) return karras({ sigmaMin, sigmaMax });
  if (config.use_beta_sigmas === true) return betaQuantiles({ sigmaMin, sigmaMax });
  if (config.use_exponential_sigmas === true || config.use_lu_lambdas === true || config.interpolation_type === 'log_linear')
    return uniformLogSnr({ min: -2 * Math.log(sigmaMax), max: -2 * Math.log(sigmaMin) });
  return undefined;
}

/** What the betas of a case amount to. These peers put 2^-24 for `ᾱ = 0`, where ours is pure noise. */
function tableOf(kind: string, config: JsonRecord): number[] {
  const latent = /Heun|KDPM2/.test(kind);
  const { beta_start = latent ? 0.00085 : 1e-4, beta_end = latent ? 0.012 : 0.02, beta_schedule = 'linear' } = config;
  const options = { steps: number(config.num_train_timesteps ?? 1000), start: number(beta_start), end: number(beta_end) };
  const families: Readonly<Record<string, () => number[]>> = {
    linear: () => linearBetas(options),
    scaled_linear: () => scaledLinearBetas(options),
    sigmoid: () => sigmoidBetas(options),
    squaredcos_cap_v2: () => cosineBetas(options),
    exp: () => betasFromAlphaBar((t) => Math.exp(-12 * t), options),
  };
  const trained = config.trained_betas ?? null;
  const betas = trained === null ? families[text(beta_schedule)]?.() : [...numbers(trained)];
  if (betas === undefined) throw new Error(`no table of the kind ${beta_schedule}`);
  if (config.rescale_betas_zero_snr !== true) return betas;
  const rescaled = zeroTerminalSnr(betas).slice(0, -1);
  const alphaBar = rescaled.reduce((product, beta) => product * (1 - beta), 1);
  return [...rescaled, 1 - 2 ** -24 / alphaBar];
}

describeGoldens('grids over a table of betas', diffusers, (golden) => {
  const kind = text(golden.class ?? 'none');
  const config = record(golden.scheduler_config ?? {});
  const flow = config.use_flow_sigmas === true;
  if (!/^(Euler|LMS|Heun|KDPM2|DPMSolver|UniPC|DEIS|SASolver)/.test(kind)) return undefined;
  if (flow && spacing(config, anyRange) === undefined) return undefined;
  return () => {
    const { timesteps: asking } = record(golden.set_timesteps_kwargs ?? {});
    const custom = asking === undefined ? undefined : [...numbers(asking)];
    const steps = custom?.length ?? number(golden.num_inference_steps);
    const betas = tableOf(kind, config);
    const schedule = fromBetas(betas);
    const process = variancePreserving(schedule);
    const entry = (index: number) => Math.exp(-schedule.logSnr((index + 1) / betas.length) / 2);

    // DPM-Solver leaves out what is too noisy, and with its kin spaces for one step more.
    const lowest = number(config.lambda_min_clipped ?? -Infinity);
    const trainSteps = betas.filter((_, i) => -Math.log(entry(i)) >= lowest).length;
    const spacesForOneMore = /^(DPMSolver|UniPC|DEIS|SASolver)/.test(kind);
    const inclusive = !spacesForOneMore;
    const grids: Readonly<Record<string, Grid>> = {
      linspace: linspace({ trainSteps, inclusive, rounded: spacesForOneMore }),
      leading: leading({ trainSteps, inclusive, offset: number(config.steps_offset ?? 0) }),
      trailing: trailing({ trainSteps }),
    };
    const spaced = grids[text(config.timestep_spacing ?? 'linspace')];
    const levelsSpaced = spaced?.(variancePreserving(fromBetas(betas.slice(0, trainSteps))), steps) ?? [];
    const indices = custom ?? noisy(levelsSpaced).map(({ t }) => Number((t * trainSteps - 1).toFixed(9)));
    // Between entries of the table these peers draw straight lines in sigma.
    const sigmaAt = (index: number) => {
      const [below, share] = [Math.floor(index), index % 1];
      return (1 - share) * entry(below) + (share === 0 ? 0 : share * entry(below + 1));
    };

    // The kin of DPM-Solver spaces sigmas over the whole table, the others between the timesteps that they would use.
    const [first = 0, last = 0] =
      spacesForOneMore || config.interpolation_type === 'log_linear' ? [betas.length - 1, 0] : [indices[0], indices.at(-1)];
    const sigmaMax = number(config.sigma_max ?? sigmaAt(first));
    const ends = { sigmaMin: steps === 1 ? sigmaMax / 2 : number(config.sigma_min ?? sigmaAt(last)), sigmaMax };
    const grid = spacing(config, ends);
    const logLinear = config.interpolation_type === 'log_linear'; // which makes one level more
    const levels = (grid ?? explicit({ sigmas: [...indices.map(sigmaAt), 0] }))(
      process,
      steps + (grid !== undefined && logLinear ? 1 : 0),
    );
    // One of them turns the ratios of Karras into weights of the noise for a flow.
    const weighs = flow && kind.startsWith('UniPC') && config.use_karras_sigmas === true;
    const sigmas = noisy(levels).map((level) => ratio(level) / (weighs ? 1 + ratio(level) : 1));

    // Where they end: in clean data, at the first entry of the table, or in a step that does nothing.
    const stays = /^(DEIS|SASolver)/.test(kind) || (kind.startsWith('UniPC') && config.final_sigmas_type === 'sigma_min');
    const stops = /^(DEIS|SASolver)/.test(kind) || config.final_sigmas_type === 'sigma_min';
    const final = stays && grid !== undefined ? (sigmas.at(-1) ?? Number.NaN) : stops ? entry(0) : 0;

    // Times of sigmas that are not of the table: some keep them fractional, some round or cut them.
    const found = noisy(levels).map(({ t }) => Math.max(0, t * betas.length - 1));
    const asked = grid === undefined || logLinear ? indices : found;
    const whole = config.use_karras_sigmas === true || config.use_lu_lambdas === true;
    const rounds = spacesForOneMore && whole && !(/^DPM/.test(kind) && config.beta_schedule === 'squaredcos_cap_v2');
    const continuous = config.timestep_type === 'continuous' && config.prediction_type === 'v_prediction';
    const told = continuous ? sigmas.map((sigma) => Math.log(sigma) / 4) : rounds ? found.map(Math.round) : asked;
    const comparable = (rounds && !weighs) || grid === undefined || /^(Euler|LMS|Heun)/.test(kind);
    return {
      sigmas: [[...sigmas, final], once(kind, numbers(golden.sigmas))],
      ...(comparable && !kind.startsWith('KDPM2') && { timesteps: [told, once(kind, numbers(golden.timesteps))] as const }),
    };
  };
});

describeGoldens('karras and uniform log-SNR of EDM', diffusers, (golden) => {
  if (!/^EDM/.test(text(golden.class ?? 'none'))) return undefined;
  const { sigma_min = 0.002, sigma_max = 80, rho = 7, sigma_schedule, final_sigmas_type } = record(golden.scheduler_config);
  const range = { sigmaMin: number(sigma_min), sigmaMax: number(sigma_max) };
  const exponential = spacing({ use_exponential_sigmas: true }, range);
  const grid = sigma_schedule === 'exponential' ? exponential : karras({ ...range, rho: number(rho) });
  const levels = noisy(grid?.(varianceExploding(geometric()), number(golden.num_inference_steps)) ?? []);
  const sigmas = levels.map(({ sigma }) => sigma);
  const told = levels.map(({ logSnr }) => -logSnr / 8); // their "timesteps" are ln(sigma)/4
  return () => ({
    sigmas: [[...sigmas, final_sigmas_type === 'sigma_min' ? (sigmas.at(-1) ?? Number.NaN) : 0], golden.sigmas ?? null],
    timesteps: [told, golden.timesteps ?? null],
  });
});

describeGoldens('grids in the time of a flow', diffusers, (golden) => {
  const kind = text(golden.class ?? 'none');
  if (!/^FlowMatch(Euler|Heun)/.test(kind)) return undefined;
  const config = record(golden.scheduler_config);
  const { mu = 0, sigmas: given } = record(golden.set_timesteps_kwargs ?? {});
  const trainSteps = number(config.num_train_timesteps ?? 1000);
  const dynamic = config.use_dynamic_shifting === true;
  const factor = dynamic ? (config.time_shift_type === 'linear' ? number(mu) : Math.exp(number(mu))) : number(config.shift ?? 1);
  const flow = rectifiedFlow();
  const schedule = shifted(flow, 1 / factor);
  // The peer ends at a time that its constructor has shifted, and shifts again, unless the shift is dynamic.
  const last = 1 / trainSteps;
  const own = { sigmaMin: dynamic ? last : flow.time(schedule.logSnr(last)), sigmaMax: 1 };
  const custom = given === undefined ? undefined : [...numbers(given)];
  const range = custom === undefined ? own : { sigmaMin: custom.at(-1) ?? 0, sigmaMax: custom[0] ?? 1 };
  const spaced = spacing(config, range) ?? (custom === undefined ? uniformSigma(range) : explicit({ sigmas: [...custom, 0] }));
  const { shift_terminal: terminal = null } = config;
  const stretching = terminal === null ? timeSpaced(spaced) : stretched(timeSpaced(spaced), number(terminal));
  const grid = config.invert_sigmas === true ? inverted(stretching) : stretching;
  return () => {
    const levels = grid(linearInterpolant(schedule), custom?.length ?? number(golden.num_inference_steps));
    const sigmas = levels.map(({ sigma }) => sigma);
    return {
      sigmas: [sigmas, once(kind, numbers(golden.sigmas))],
      timesteps: [sigmas.slice(0, -1).map((sigma) => sigma * trainSteps), once(kind, numbers(golden.timesteps))],
    };
  };
});

describeGoldens('evenly spaced times on a shifted flow', diffusers, (golden) => {
  const config = record(golden.scheduler_config ?? {});
  if (config.use_flow_sigmas !== true || spacing(config, anyRange) !== undefined) return undefined;
  const { flow_shift = 1, num_train_timesteps = 1000, final_sigmas_type } = config;
  const { mu } = record(golden.set_timesteps_kwargs ?? {});
  const factor = mu === undefined ? number(flow_shift) : Math.exp(number(mu));
  const steps = number(golden.num_inference_steps);
  // The peer starts one training step below pure noise.
  const times = Array.from({ length: steps + 1 }, (_, i) => (1 - 1 / number(num_train_timesteps)) * (1 - i / steps));
  const levels = explicit({ times })(linearInterpolant(shifted(rectifiedFlow(), 1 / factor)), steps);
  const sigmas = noisy(levels).map(({ sigma }) => sigma);
  const stays = text(golden.class).startsWith('DEIS') || final_sigmas_type === 'sigma_min';
  return () => ({ sigmas: [[...sigmas, stays ? (sigmas.at(-1) ?? Number.NaN) : 0], golden.sigmas ?? null] });
});
