import type { NoiseSchedule } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, number, numbers } from '@tweedie/goldens';
import peer from '@tweedie/goldens/schedules/dpm-solver.json' with { type: 'json' };
import { cosineBetas, linearBetas, scaledLinearBetas } from './betas.js';
import { clamped } from './clamped.js';
import { fromBetas } from './from-betas.js';
import { karras } from './grids/karras.js';
import { timeSpaced } from './grids/time-spaced.js';
import { uniform } from './grids/uniform.js';
import { uniformLogSnr } from './grids/uniform-log-snr.js';
import { linearBeta } from './linear-beta.js';

const tables: Readonly<Record<string, (options: { readonly steps: number }) => number[]>> = {
  linear: linearBetas,
  scaled_linear: ({ steps }) => scaledLinearBetas({ steps }),
  cosine: cosineBetas,
};

/** The schedule of a table as the peer has it: cut short where half of log-SNR falls below −5.1, `ln alpha` straight between entries. */
function discrete(kind: string, steps: number): NoiseSchedule {
  const table = tables[kind]?.({ steps }) ?? [];
  const whole = fromBetas(table);
  const betas = table.filter((_, i) => whole.logSnr((i + 1) / steps) / 2 >= -5.1);
  const { at, level, schedule } = variancePreserving(fromBetas(betas));
  const logAlpha = (entry: number) => Math.log(at(entry / betas.length).alpha);
  /** The entry at the cleaner end of the line on which a time lies; the first line goes on to the data. */
  const below = (t: number) => Math.min(betas.length - 1, Math.max(1, Math.floor(t * betas.length + 1e-9)));
  return {
    ...schedule,
    logSnr: (t) => {
      const entry = below(t);
      const share = t * betas.length - entry;
      const value = Math.min(0, (1 - share) * logAlpha(entry) + share * logAlpha(entry + 1));
      return 2 * value - Math.log(-Math.expm1(2 * value));
    },
    time: (logSnr) => {
      const { t, alpha } = level(logSnr);
      const entry = below(t);
      return (entry + (Math.log(alpha) - logAlpha(entry)) / (logAlpha(entry + 1) - logAlpha(entry))) / betas.length;
    },
  };
}

describeGoldens('linearBeta, fromBetas and their grids', peer, (golden) => {
  if (golden.t === undefined) return undefined;
  const [, kind, length] = /^discrete-([a-z_]+)(?:-(\d+))?/.exec(golden.name) ?? [];
  const { continuous_beta_0 = 0.1, continuous_beta_1 = 20 } = golden;
  const rates = { betaMin: number(continuous_beta_0), betaMax: number(continuous_beta_1) };
  return () => {
    const schedule = kind === undefined ? linearBeta(rates) : discrete(kind, Number(length ?? 1000));
    const process = variancePreserving(schedule);
    const levels = Array.from(numbers(golden.t), process.at);
    const grids = Object.entries(golden).flatMap(([key, expected]) => {
      const [, spacing = '', count] = /^grid_(\w+)_(\d+)$/.exec(key) ?? [];
      if (count === undefined) return [];
      const [steps, end] = [Number(count), numbers(expected).at(-1) ?? Number.NaN];
      // Their grids end at a time that is not clean, ours one step later in clean data.
      const down = variancePreserving(clamped(schedule, { max: schedule.logSnr(end) }));
      const levels = {
        time_uniform: () => [...uniform()(down, steps).slice(0, -1), down.at(0)],
        // Quadratic times are those of the exponent two.
        time_quadratic: () => timeSpaced(karras({ rho: 2, sigmaMin: end }))(process, steps + 1).slice(0, -1),
        logSNR: () => uniformLogSnr()(down, steps + 1).slice(0, -1),
      }[spacing];
      return levels === undefined ? [] : [[key, [levels().map(({ logSnr }) => schedule.time(logSnr)), expected]] as const];
    });
    return {
      alpha: [levels.map(({ alpha }) => alpha), golden.alpha ?? null],
      sigma: [levels.map(({ sigma }) => sigma), golden.sigma ?? null],
      log_alpha: [levels.map(({ alpha }) => Math.log(alpha)), golden.log_alpha ?? null],
      lambda: [levels.map(({ logSnr }) => logSnr / 2), golden.lambda ?? null],
      inverse: [Array.from(numbers(golden.lambda), (half) => schedule.time(2 * half)), golden.inverse_lambda ?? null],
      ...Object.fromEntries(grids),
    };
  };
});
