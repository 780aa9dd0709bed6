import { variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, numbers } from '@tweedie/goldens';
import peer from '@tweedie/goldens/schedules/dpm-solver.json' with { type: 'json' };
import { linearBetas } from './betas.js';
import { clamped } from './clamped.js';
import { fromBetas } from './from-betas.js';
import { linearBeta } from './linear-beta.js';
import { uniform } from './uniform.js';
import { uniformLogSnr } from './uniform-log-snr.js';

describeGoldens('linearBeta and its grids', peer, (golden) => {
  if (golden.name !== 'linear') return undefined;
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
    logSNR: [times(uniformLogSnr()(down, 9).slice(0, -1)), golden.grid_logSNR_8 ?? null],
  });
});

describeGoldens('fromBetas', peer, (golden) => {
  if (golden.name !== 'discrete-linear-1000') return undefined;
  const process = variancePreserving(fromBetas(linearBetas()));
  // At the entries of the table only: between them the peer's ln alpha is linear in time, and ours is log-SNR.
  const times = numbers(golden.t);
  const atEntries = (values: Float64Array) => values.filter((_, i) => Number.isInteger(Math.round(1e9 * (times[i] ?? 0)) / 1e6));
  const levels = [...atEntries(times)].map(process.at);
  const lambda = atEntries(numbers(golden.lambda));
  return () => ({
    alpha: [levels.map(({ alpha }) => alpha), atEntries(numbers(golden.alpha))],
    sigma: [levels.map(({ sigma }) => sigma), atEntries(numbers(golden.sigma))],
    lambda: [levels.map(({ logSnr }) => logSnr / 2), lambda],
    inverse: [[...lambda].map((half) => process.schedule.time(2 * half)), atEntries(numbers(golden.inverse_lambda))],
  });
});
