import { wasm } from '@tweedie/backend-wasm';
import { variancePreserving } from '@tweedie/forward-process';
import { beforeAll, describe, expect, it } from 'vitest';
import { OBJECTIVES, SCHEDULES } from '../test/parts.js';
import { gridOf, scheduleOf } from './components.js';
import { dataNamed } from './data.js';
import { DEFAULTS } from './defaults.js';
import { rehearsed } from './rehearsed.js';
import { settingsOf } from './settings.js';
import type { TrainFlags } from './train-flags.js';

beforeAll(() => wasm().load());

/** The settings that a command line comes to, on points whose density is known unless it says otherwise. */
async function settingsFor(flags: Partial<TrainFlags>) {
  const data = await dataNamed(flags.data ?? 'eightGaussians');
  return rehearsed(settingsOf({ out: 'x', fresh: false, ...flags }, data.spec, { kind: 'eager', shards: 1 }), data);
}

describe('rehearsed', () => {
  it.each(OBJECTIVES)('%s goes with the rest', async (objective) => {
    const { model } = await settingsFor({ objective });
    expect(model.network.learnedVariance).toBe(/learned/.test(objective));
    expect(model.process).toBe(objective.startsWith('flowMatching') ? 'linearInterpolant' : 'variancePreserving');
  });

  it.each(SCHEDULES)('%s gets a grid that it can have', async (schedule) => {
    const { sampling } = await settingsFor({ schedule });
    expect(gridOf(sampling.grid)(variancePreserving(scheduleOf(schedule)), 8).at(-1)?.sigma).toBe(0);
  });

  it.each(['pid', 'elementary({ relative: 0.01 })'])('the control %s gets a grid of stops', async (control) => {
    const { sampling } = await settingsFor({ sampler: 'dpmAdaptive', control });
    expect(sampling).toMatchObject({ grid: DEFAULTS.points.sampling.grid, steps: 1, control });
  });

  it.each<[string, Partial<TrainFlags>, string]>([
    [
      'part-unused',
      { objective: 'flowMatching', weighting: 'elbo' },
      '`--weighting` has no use for flowMatching, which has its own',
    ],
    ['part-unused', { objective: 'flowMatching', parameterization: 'v' }, 'flowMatching learns a velocity: its samples need'],
    ['part-unused', { objective: 'flowMatching', process: 'variancePreserving' }, 'flowMatching learns a velocity'],
    ['parts-misfit', { objective: 'explicitScoreMatching', data: 'moons' }, '`--objective` explicitScoreMatching cannot do with'],
    ['grid-infinite', { schedule: 'cosine', grid: 'karras' }, 'wrap the schedule in `clamped('],
    ['parameterization-undefined', { schedule: 'cosine', parameterization: 'epsilon' }, 'predict v or x0'],
    ['schedule-infinite', { schedule: 'cosine', times: 'adaptive({ schedule })' }, 'clamped'],
    ['error-not-estimated', { control: 'pid' }, 'needs a sampler that estimates its error'],
    ['noise-not-a-path', { sampler: 'ancestral(dpmAdaptive())', control: 'pid' }, 'noise that depends on its interval alone'],
    [
      'control-unbounded',
      { schedule: 'cosine', sampler: 'dpmAdaptive', control: 'pid' },
      'take more steps, or lengths in `time`',
    ],
    ['parts-too-many', { accumulate: 257 }, '`--accumulate` must be at most --batch 256, got 257'],
    ['option-unknown', { rate: 'cosineRate({ cycles: 2 })' }, '`--rate`: cosineRate({ cycles: 2 }) has no option cycles; it has'],
    ['name-unknown', { network: 'unet' }, '`--network` has no unet; it has mlp'],
    ['name-unknown', { weighting: 'elbow' }, '`--weighting` has no elbow; did you mean elbo?'],
    ['option-unknown', { objective: 'diffusionLoss({ huber: 1 })' }, 'has no option huber; it has '],
    ['data-unknown', { data: 'moon' }, 'points such as moons'],
    ['weighting-invalid', { weighting: 'stratified' }, '`--weighting` must be a weighting, but stratified is something else'],
  ])('%s: %j', async (code, flags, message) => {
    await expect(settingsFor(flags)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
