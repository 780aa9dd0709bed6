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

describeGoldens('linearBeta and its grids', peer, (golden) => {
  if (golden.t === undefined || golden.name.startsWith('discrete')) return undefined;
  const schedule = linearBeta();
  const process = variancePreserving(schedule);
  const levels = [...numbers(golden.t)].map(process.at);
  // Their grids end at t = 0.01, ours one step later in clean data.
  const down = variancePreserving(clamped(schedule, { max: schedule.logSnr(0.01) }));
  const uniformTimes = [...uniform()(down, 8).slice(0, -1), down.at(0)];
  const times = (levels: readonly { logSnr: number }[]) => levels.map(({ logSnr }) => schedule.time(logSnr));
  return () => ({
    alpha: [levels.map(({ alpha }) => alpha), golden.alpha ?? null],
    sigma: [levels.map(({ sigma }) => sigma), golden.sigma ?? null],
    log_alpha: [levels.map(({ alpha }) => Math.log(alpha)), golden.log_alpha ?? null],
    lambda: [levels.map(({ logSnr }) => logSnr / 2), golden.lambda ?? null],
    inverse: [[...numbers(golden.lambda)].map((half) => schedule.time(2 * half)), golden.inverse_lambda ?? null],
    time_uniform: [times(uniformTimes), golden.grid_time_uniform_8 ?? null],
    // Quadratic times are those of the exponent two.
    time_quadratic: [
      times(timeSpaced(karras({ rho: 2, sigmaMin: 0.01 }))(process, 9).slice(0, -1)),
      golden.grid_time_quadratic_8 ?? null,
    ],
    logSNR: [times(uniformLogSnr()(down, 9).slice(0, -1)), golden.grid_logSNR_8 ?? null],
  });
});

const tables: Readonly<Record<string, (options: { readonly steps: number }) => number[]>> = {
  linear: linearBetas,
  scaled_linear: ({ steps }) => scaledLinearBetas({ steps }),
  cosine: cosineBetas,
};

describeGoldens('fromBetas', peer, (golden) => {
  const [, kind = '', length] = /^discrete-(\w+)-(\d+)$/.exec(golden.name) ?? [];
  const table = tables[kind]?.({ steps: Number(length) });
  if (table === undefined) return undefined;
  // The peer cuts a table short where half of log-SNR falls below −5.1.
  const whole = fromBetas(table);
  const betas = table.filter((_, i) => whole.logSnr((i + 1) / table.length) / 2 >= -5.1);
  const process = variancePreserving(fromBetas(betas));
  const unit = number(golden.total_N);
  // At the entries of the table only: between them the peer's ln alpha is linear in time, and ours is log-SNR.
  const entries = Array.from(numbers(golden.t), (t) => {
    const entry = Math.round(1e6 * t * unit) / 1e6;
    return Number.isInteger(entry) && entry >= 1 ? entry : undefined;
  });
  const atEntries = (key: string) => numbers(golden[key]).filter((_, i) => entries[i] !== undefined);
  const levels = entries.flatMap((entry) => (entry === undefined ? [] : [process.at(entry / betas.length)]));
  return () => ({
    alpha: [levels.map(({ alpha }) => alpha), atEntries('alpha')],
    sigma: [levels.map(({ sigma }) => sigma), atEntries('sigma')],
    lambda: [levels.map(({ logSnr }) => logSnr / 2), atEntries('lambda')],
    inverse: [
      Array.from(atEntries('lambda'), (half) => (process.schedule.time(2 * half) * betas.length) / unit),
      atEntries('inverse_lambda'),
    ],
  });
});
