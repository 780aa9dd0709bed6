import type { NoiseLevel } from '@tweedie/core';
import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, type JsonRecord, number, numbers, record } from '@tweedie/goldens';
import diffusers from '@tweedie/goldens/schedules/sigmas-diffusers.json' with { type: 'json' };
import edm from '@tweedie/goldens/schedules/sigmas-edm.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/schedules/sigmas-k-diffusion.json' with { type: 'json' };
import { cosineBetas, linearBetas, scaledLinearBetas } from './betas.js';
import { clamped } from './clamped.js';
import { explicit } from './explicit.js';
import { fromBetas } from './from-betas.js';
import { geometric } from './geometric.js';
import { karras } from './karras.js';
import { linearBeta } from './linear-beta.js';
import { linspace } from './linspace.js';
import { rectifiedFlow } from './rectified-flow.js';
import { shifted } from './shifted.js';
import { trailing } from './trailing.js';
import { uniform } from './uniform.js';
import { uniformLogSnr } from './uniform-log-snr.js';
import { zeroTerminalSnr } from './zero-terminal-snr.js';

const ratios = (levels: readonly NoiseLevel[]) => levels.map(({ alpha, sigma }) => sigma / alpha);
const noisy = (levels: readonly NoiseLevel[]) => levels.slice(0, -1);
const ends = ({ sigma_min, sigma_max }: JsonRecord) => ({ sigmaMin: number(sigma_min), sigmaMax: number(sigma_max) });
const logSnrs = ({ sigmaMin, sigmaMax }: ReturnType<typeof ends>) => ({
  min: -2 * Math.log(sigmaMax),
  max: -2 * Math.log(sigmaMin),
});
const anyProcess = variancePreserving(linearBeta());

/** Evenly spaced times down to and including `last`, which is what these peers space: the last time stands where ours is clean. */
function uniformDownTo(last: number, points: number): number[] {
  const { logSnr } = linearBeta({ betaMin: 0.1, betaMax: 20 });
  const process = varianceExploding(clamped(linearBeta(), { max: logSnr(last) }));
  return ratios([...noisy(uniform()(process, points - 1)), process.at(0)]);
}

describeGoldens('karras, uniform and uniform log-SNR', edm, ({ name, args, sigmas }) => {
  const steps = number(record(args).num_steps);
  const golden = numbers(sigmas);
  if (name.startsWith('edm/')) {
    const { rho, ...range } = record(args);
    const process = varianceExploding(geometric(ends(range)));
    return () => ({ sigmas: [ratios(karras({ rho: number(rho) })(process, steps)), golden] });
  }
  switch (record(args).discretization) {
    case 'edm':
      return () => ({ sigmas: [ratios(noisy(karras({ sigmaMin: 0.002, sigmaMax: 80 })(anyProcess, steps))), golden] });
    case 'vp':
      return () => ({ sigmas: [uniformDownTo(1e-3, steps), golden] });
    case 've': {
      const process = varianceExploding(geometric({ sigmaMin: 0.02, sigmaMax: 100 }));
      return () => ({ sigmas: [ratios(noisy(uniformLogSnr()(process, steps))), golden] });
    }
    case 'iddpm': {
      // Evenly spaced entries among those of the table of improved diffusion that are not noisier than 80 or cleaner than 0.0064.
      const table = fromBetas(cosineBetas());
      const times = Array.from({ length: 1000 }, (_, i) => 1 - i / 1000);
      const kept = times.filter((t) => table.logSnr(t) >= -2 * Math.log(81) && table.logSnr(t) <= -2 * Math.log(0.002));
      const picked = Array.from(
        { length: steps },
        (_, i) => kept[Math.round((i * (kept.length - 1)) / (steps - 1))] ?? Number.NaN,
      );
      return () => ({ sigmas: [ratios(explicit({ times: picked })(variancePreserving(table), steps - 1)), golden] });
    }
    default:
      return undefined;
  }
});

describeGoldens('karras, uniform and uniform log-SNR', kDiffusion, ({ function: peer, args, sigmas = null }) => {
  if (args === undefined) return undefined;
  const { n, rho, eps_s, ...range } = record(args);
  switch (peer) {
    case 'get_sigmas_karras':
      return () => ({ sigmas: [ratios(karras({ rho: number(rho), ...ends(range) })(anyProcess, number(n))), sigmas] });
    case 'get_sigmas_exponential':
      return () => ({ sigmas: [ratios(uniformLogSnr(logSnrs(ends(range)))(anyProcess, number(n))), sigmas] });
    case 'get_sigmas_vp':
      return () => ({ sigmas: [[...uniformDownTo(number(eps_s), number(n)), 0], sigmas] });
    default:
      return undefined;
  }
});

/** What the betas of a case amount to. The DPM-Solver family puts 2^-24 for `ᾱ = 0`, where ours is pure noise. */
function tableOf({ beta_schedule, beta_start, beta_end, rescale_betas_zero_snr }: JsonRecord): number[] {
  const family = beta_schedule === 'linear' ? linearBetas : scaledLinearBetas;
  const betas = family({ start: number(beta_start), end: number(beta_end) });
  if (rescale_betas_zero_snr !== true) return betas;
  const rescaled = zeroTerminalSnr(betas).slice(0, -1);
  const alphaBar = rescaled.reduce((product, beta) => product * (1 - beta), 1);
  return [...rescaled, 1 - 2 ** -24 / alphaBar];
}

describeGoldens('grids over a table of betas', diffusers, (golden) => {
  const { name, class: peer, sigmas, timesteps } = golden;
  if (golden.scheduler_config === undefined) return undefined;
  const config = record(golden.scheduler_config);
  if (config.beta_start === undefined) return undefined;
  // DEIS repeats its last sigma, and these two spacings are not ours.
  if (peer === 'DEISMultistepScheduler' && !name.includes('/default/')) return undefined;
  if (
    config.use_beta_sigmas === true ||
    config.use_lu_lambdas === true ||
    name.startsWith('EulerDiscreteScheduler/sigma_min-final')
  )
    return undefined;

  const logLinear = config.interpolation_type === 'log_linear';
  const steps = number(golden.num_inference_steps) + (logLinear ? 1 : 0); // the peer makes one level more here
  const schedule = fromBetas(tableOf(config));
  const process = variancePreserving(schedule);
  const first = { sigmaMin: Math.exp(-schedule.logSnr(1 / 1000) / 2), sigmaMax: Math.exp(-schedule.logSnr(1) / 2) };
  const range = config.sigma_min === undefined ? first : ends(config);
  const spacesForOneMore = /^(DPMSolver|UniPC|DEIS)/.test(name);
  const endsAtFirst = peer === 'DEISMultistepScheduler' || config.final_sigmas_type === 'sigma_min';
  const grid =
    config.use_karras_sigmas === true
      ? karras(range)
      : config.use_exponential_sigmas === true || logLinear
        ? uniformLogSnr(logSnrs(range))
        : config.timestep_spacing === 'trailing'
          ? trailing()
          : linspace({ inclusive: !spacesForOneMore });
  return () => {
    // Those that end at the first entry of the table space one step more and never reach clean data.
    const levels = endsAtFirst ? noisy(linspace()(process, steps + 1)) : grid(process, steps);
    // Heun and KDPM2 repeat the level of an inner stage.
    const expected = Float64Array.from(new Set(numbers(sigmas)));
    // These keep the fractional index of a sigma, which is where our inverse puts it in time.
    const fractional = /^(Euler|Heun|LMS)/.test(name) && !logLinear;
    const indices = noisy(levels).map(({ t }) => t * 1000 - 1);
    return {
      sigmas: [ratios(levels), expected],
      ...(fractional && { timesteps: [indices, Float64Array.from(new Set(numbers(timesteps)))] as const }),
    };
  };
});

describeGoldens('karras and uniform log-SNR of EDM', diffusers, (golden) => {
  if (!/^EDM/.test(golden.name)) return undefined;
  const { sigma_min = 0.002, sigma_max = 80, rho = 7, sigma_schedule } = record(golden.scheduler_config);
  const range = ends({ sigma_min, sigma_max });
  const grid = sigma_schedule === 'exponential' ? uniformLogSnr(logSnrs(range)) : karras({ ...range, rho: number(rho) });
  const levels = grid(varianceExploding(geometric()), number(golden.num_inference_steps));
  const told = noisy(levels).map(({ logSnr }) => -logSnr / 8); // their "timesteps" are ln(sigma)/4
  return () => ({ sigmas: [ratios(levels), golden.sigmas ?? null], timesteps: [told, golden.timesteps ?? null] });
});

describeGoldens('linspace over the linear interpolant, shifted', diffusers, (golden) => {
  const [peer, kind = ''] = golden.name.split('/');
  if (peer !== 'FlowMatchEulerDiscreteScheduler' || !/^(shift1|dynamic-(exponential|linear))/.test(kind)) return undefined;
  const mu = number(record(golden.set_timesteps_kwargs).mu ?? 0);
  const factor = kind.startsWith('dynamic-linear') ? mu : Math.exp(mu); // 1 for shift1
  const levels = linspace()(linearInterpolant(shifted(rectifiedFlow(), 1 / factor)), number(golden.num_inference_steps));
  return () => ({ sigmas: [levels.map(({ sigma }) => sigma), golden.sigmas ?? null] });
});

describeGoldens('linspace over a table cut short in log-SNR', diffusers, (golden) => {
  const { lambda_min_clipped: lowest, beta_schedule } = record(golden.scheduler_config ?? {});
  if (lowest === undefined || beta_schedule !== 'squaredcos_cap_v2') return undefined;
  return () => {
    const betas = cosineBetas();
    const { logSnr } = fromBetas(betas);
    const kept = betas.filter((_, i) => logSnr((i + 1) / 1000) / 2 >= number(lowest));
    const grid = linspace({ trainSteps: kept.length, inclusive: false });
    const levels = grid(variancePreserving(fromBetas(kept)), number(golden.num_inference_steps));
    const indices = noisy(levels).map(({ t }) => Math.round(t * kept.length - 1));
    return { sigmas: [ratios(levels), golden.sigmas ?? null], timesteps: [indices, golden.timesteps ?? null] };
  };
});

describeGoldens('explicit times on a shifted flow', diffusers, (golden) => {
  const { flow_shift, use_flow_sigmas } = record(golden.scheduler_config ?? {});
  if (use_flow_sigmas !== true) return undefined;
  const steps = number(golden.num_inference_steps);
  // The peer starts one training step below pure noise.
  const times = Array.from({ length: steps + 1 }, (_, i) => 0.999 * (1 - i / steps));
  const levels = explicit({ times })(linearInterpolant(shifted(rectifiedFlow(), 1 / number(flow_shift))), steps);
  return () => ({ sigmas: [levels.map(({ sigma }) => sigma), golden.sigmas ?? null] });
});
