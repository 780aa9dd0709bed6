import { describeGoldens, number, numbers, record, text } from '@tweedie/goldens';
import tables from '@tweedie/goldens/schedules/betas.json' with { type: 'json' };
import respacing from '@tweedie/goldens/schedules/respacing.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { betasOf, transformed } from '../test/diffusers.js';
import { betasFromAlphaBar, cosineBetas, linearBetas, scaledLinearBetas, sigmoidBetas } from './betas.js';
import { fromBetas } from './from-betas.js';
import { zeroTerminalSnr } from './zero-terminal-snr.js';

/** What `ᾱ` is at the table's own times, read back from the schedule. */
function alphaBars(betas: readonly number[]): number[] {
  const { logSnr } = fromBetas(betas);
  return betas.map((_, i) => 1 / (1 + Math.exp(-logSnr((i + 1) / betas.length))));
}

describeGoldens(
  'tables of betas and fromBetas',
  tables,
  ({ class: kind, scheduler_config, function: peer, betas = null, alphas_cumprod = null, ...options }) => {
    if (peer === 'betas_for_alpha_bar') {
      const { num_diffusion_timesteps, alpha_transform_type = 'cosine', max_beta = 0.999 } = options;
      const make = transformed[text(alpha_transform_type)];
      return make && (() => ({ betas: [make({ steps: number(num_diffusion_timesteps), max: number(max_beta) }), betas] }));
    }
    const table = betasOf(record(scheduler_config), text(kind));
    return () => ({ betas: [table, betas], alphas_cumprod: [alphaBars(table), alphas_cumprod] });
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

test('a cap holds where the last steps would destroy more', () => {
  const [free, capped] = [cosineBetas({ steps: 40 }), cosineBetas({ steps: 40, max: 0.2 })];
  expect(capped).toEqual(free.map((beta) => Math.min(beta, 0.2)));
  expect(Math.max(...free)).toBe(0.999);
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
