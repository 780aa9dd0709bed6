import { describeGoldens, flag, type Json, number, numbers, record, text } from '@tweedie/goldens';
import tables from '@tweedie/goldens/schedules/betas.json' with { type: 'json' };
import respacing from '@tweedie/goldens/schedules/respacing.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { betasFromAlphaBar, cosineBetas, linearBetas, scaledLinearBetas, sigmoidBetas } from './betas.js';
import { fromBetas } from './from-betas.js';
import { zeroTerminalSnr } from './zero-terminal-snr.js';

/** What `ᾱ` is at the table's own times, read back from the schedule. */
function alphaBars(betas: readonly number[]): number[] {
  const { logSnr } = fromBetas(betas);
  return betas.map((_, i) => 1 / (1 + Math.exp(-logSnr((i + 1) / betas.length))));
}

function tableOf(config: Json | undefined): number[] | undefined {
  const { beta_schedule: kind, beta_start, beta_end, num_train_timesteps, trained_betas } = record(config);
  const steps = number(num_train_timesteps);
  if (trained_betas !== undefined) return [...numbers(trained_betas)];
  if (kind === 'squaredcos_cap_v2') return cosineBetas({ steps });
  const family = { linear: linearBetas, scaled_linear: scaledLinearBetas, sigmoid: sigmoidBetas }[text(kind)];
  return family?.({ steps, start: number(beta_start), end: number(beta_end) });
}

describeGoldens(
  'tables of betas and fromBetas',
  tables,
  ({ name, scheduler_config, num_diffusion_timesteps, betas, alphas_cumprod }) => {
    if (name === 'betas_for_alpha_bar-exp-60' || name === 'betas_for_alpha_bar-cosine-60') {
      const steps = number(num_diffusion_timesteps);
      const computed = name.includes('exp') ? betasFromAlphaBar((t) => Math.exp(-12 * t), { steps }) : cosineBetas({ steps });
      return () => ({ betas: [computed, betas ?? null] });
    }
    const table = tableOf(scheduler_config);
    if (table === undefined) return undefined;
    const rescale = record(scheduler_config).rescale_betas_zero_snr;
    const computed = rescale !== undefined && flag(rescale) ? zeroTerminalSnr(table) : table;
    return () => ({ betas: [computed, betas ?? null], alphas_cumprod: [alphaBars(computed), alphas_cumprod ?? null] });
  },
);

describeGoldens('named tables', respacing, ({ name, indices, betas_at, alphas_cumprod_at }) => {
  const [kind, schedule, length] = name.split('/');
  if (kind !== 'named') return undefined;
  const steps = Number(length);
  // The peer keeps the rate of the process: fewer steps have larger betas.
  const table = schedule === 'cosine' ? cosineBetas({ steps }) : linearBetas({ steps, start: 0.1 / steps, end: 20 / steps });
  const at = (values: readonly number[]) => [...numbers(indices)].map((i) => values[i] ?? Number.NaN);
  return () => ({ betas: [at(table), betas_at ?? null], alphas_cumprod: [at(alphaBars(table)), alphas_cumprod_at ?? null] });
});

describe('bad tables', () => {
  test('are refused by name', () => {
    expect(() => linearBetas({ steps: 0 })).toThrow('`steps` must be a positive integer, got 0');
    expect(() => cosineBetas({ steps: 2.5 })).toThrow(RangeError);
    expect(() => linearBetas({ end: 1.5 })).toThrow('`end` must lie between 0 and 1, got 1.5');
    expect(() => scaledLinearBetas({ start: -1 })).toThrow(expect.objectContaining({ code: 'beta-out-of-range' }));
    expect(() => sigmoidBetas({ start: Number.NaN })).toThrow(RangeError);
    expect(() => betasFromAlphaBar((t) => 1 - t, { max: 1 })).toThrow('`max` must lie between 0 and 1, got 1');
    expect(() => cosineBetas({ s: -0.1 })).toThrow(expect.objectContaining({ code: 'offset-out-of-range' }));
    expect(() => zeroTerminalSnr([0.1])).toThrow('at least two entries');
  });
});
