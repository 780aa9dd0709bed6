import { transition, variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, type Json, list, number, numbers, record, text } from '@tweedie/goldens';
import respacing from '@tweedie/goldens/schedules/respacing.json' with { type: 'json' };
import { describeGrid } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { cosineBetas, linearBetas } from '../betas.js';
import { fromBetas } from '../from-betas.js';
import { respaced, respacedIndices } from './respaced.js';

/** The model that is left on the kept indices: its betas are the variances from one to the next. */
function kept(betas: readonly number[], indices: readonly number[]) {
  const process = variancePreserving(fromBetas(betas));
  const levels = indices.map((index) => process.at((index + 1) / betas.length));
  const betaOf = (i: number) => {
    const to = levels[i];
    return to === undefined ? Number.NaN : transition(levels[i - 1] ?? process.level(Infinity), to).variance;
  };
  return { betas: levels.map((_, i) => betaOf(i)), alphas_cumprod: levels.map(({ alpha }) => alpha ** 2) };
}

/** What a case lists of the model on the kept indices. */
function comparison(name: string, table: readonly number[], indices: readonly number[], golden: Json | undefined) {
  if (golden === undefined) return {};
  const model = kept(table, indices);
  const { betas = null, alphas_cumprod = null, timestep_map = null } = record(golden);
  return {
    [`${name} betas`]: [model.betas, betas],
    [`${name} alphas_cumprod`]: [model.alphas_cumprod, alphas_cumprod],
    [`${name} timestep_map`]: [indices, timestep_map],
  } as const;
}

describeGoldens('respacedIndices', respacing, ({ num_timesteps, section_counts, timesteps, linear, cosine }) => {
  if (section_counts === undefined) return undefined;
  const steps = number(num_timesteps);
  const sections = typeof section_counts === 'string' ? section_counts : [...numbers(section_counts)];
  return () => {
    const indices = respacedIndices(sections, steps);
    // The peer keeps the rate of the process: fewer steps have larger betas.
    const rates = linearBetas({ steps, start: 0.1 / steps, end: 20 / steps });
    return {
      timesteps: [indices, timesteps ?? null],
      ...comparison('linear', rates, indices, linear),
      ...comparison('cosine', cosineBetas({ steps }), indices, cosine),
    };
  };
});

describeGoldens('what cannot be respaced', respacing, ({ errors }) => {
  if (errors === undefined) return undefined;
  const tries = list(errors).map(record);
  return () => ({
    refused: [
      tries.map(({ num_timesteps, section_counts }) => {
        expect(() => respacedIndices(text(section_counts), number(num_timesteps))).toThrow(
          expect.objectContaining({ code: 'respacing-impossible' }),
        );
        return number(num_timesteps);
      }),
      Float64Array.from(tries, ({ num_timesteps }) => number(num_timesteps)),
    ],
  });
});

describeGrid('respaced', respaced);
describeGrid('respaced by sections', () => respaced({ sections: [10, 15, 20], trainSteps: 300 }), { steps: [45] });

describe('respaced', () => {
  const process = variancePreserving(fromBetas(linearBetas()));

  test('visits the kept indices, noisiest first', () => {
    const indices = respaced({ sections: 'ddim5' })(process, 5).map(({ t }) => Math.round(t * 1000) - 1);
    expect(indices).toEqual([800, 600, 400, 200, 0, -1]);
  });

  test('takes counts as text, as a number and as a list', () => {
    expect(respacedIndices(4, 10)).toEqual([0, 3, 6, 9]);
    expect(respacedIndices('4', 10)).toEqual(respacedIndices([4], 10));
    // Eleven in three: sections of 4, 4 and 3.
    expect(respacedIndices('1, 2,3', 11)).toEqual([0, 4, 7, 8, 9, 10]);
  });

  test('refuses other text, other counts and other steps', () => {
    for (const sections of ['', 'ten', '10,', 'ddim', 'ddim5,5', -1, 2.5, [], [1.5]])
      expect(() => respacedIndices(sections)).toThrow(expect.objectContaining({ code: 'sections-not-counts' }));
    expect(() => respacedIndices('ddim300')).toThrow('no whole stride keeps exactly 300 of 1000 indices');
    expect(() => respaced({ sections: '10' })(process, 11)).toThrow('`steps` must be 10 for these `sections`, got 11');
  });
});
