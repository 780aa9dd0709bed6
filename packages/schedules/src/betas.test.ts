import { describeGoldens, type JsonRecord, number, numbers, record, text } from '@tweedie/goldens';
import tables from '@tweedie/goldens/schedules/betas.json' with { type: 'json' };
import respacing from '@tweedie/goldens/schedules/respacing.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { betasFromAlphaBar, cosineBetas, linearBetas, scaledLinearBetas, sigmoidBetas } from './betas.js';
import { fromBetas } from './from-betas.js';
import { laplaceBetas } from './laplace-betas.js';
import { zeroTerminalSnr } from './zero-terminal-snr.js';

/** What `ᾱ` is at the table's own times, read back from the schedule. */
function alphaBars(betas: readonly number[]): number[] {
  const { logSnr } = fromBetas(betas);
  return betas.map((_, i) => 1 / (1 + Math.exp(-logSnr((i + 1) / betas.length))));
}

/** The table of a configuration, with the peer's defaults. */
function tableOf(config: JsonRecord): number[] | undefined {
  const { num_train_timesteps = 1000, beta_start = 1e-4, beta_end = 0.02, beta_schedule = 'linear', trained_betas } = config;
  const steps = number(num_train_timesteps);
  if (trained_betas !== undefined && trained_betas !== null) return [...numbers(trained_betas)];
  const family = { linear: linearBetas, scaled_linear: scaledLinearBetas, sigmoid: sigmoidBetas }[text(beta_schedule)];
  return family === undefined
    ? transformed[text(beta_schedule)]?.(steps)
    : family({ steps, start: number(beta_start), end: number(beta_end) });
}

/** The tables that the peer makes of a function `ᾱ(t)`, under both of the names that it has for them. */
const transformed: Readonly<Record<string, (steps: number) => number[]>> = {
  cosine: (steps) => cosineBetas({ steps }),
  squaredcos_cap_v2: (steps) => cosineBetas({ steps }),
  exp: (steps) => betasFromAlphaBar((t) => Math.exp(-12 * t), { steps }),
  laplace: (steps) => laplaceBetas({ steps }),
};

describeGoldens(
  'tables of betas and fromBetas',
  tables,
  ({ scheduler_config, num_diffusion_timesteps, alpha_transform_type, betas = null, alphas_cumprod = null }) => {
    if (alpha_transform_type !== undefined) {
      const make = transformed[text(alpha_transform_type)];
      return make && (() => ({ betas: [make(number(num_diffusion_timesteps)), betas] }));
    }
    const table = tableOf(record(scheduler_config));
    if (table === undefined) return undefined;
    const computed = record(scheduler_config).rescale_betas_zero_snr === true ? zeroTerminalSnr(table) : table;
    return () => ({ betas: [computed, betas], alphas_cumprod: [alphaBars(computed), alphas_cumprod] });
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
