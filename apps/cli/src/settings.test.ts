import { expect, it } from 'vitest';
import type { DataSpec } from './data.js';
import { DEFAULTS } from './defaults.js';
import { samplingOf, settingsOf } from './settings.js';

const data: DataSpec = { kind: 'mnist', size: [28, 28, 1], classes: 10, mean: -0.7 };
const engine = { kind: 'eager', shards: 2 } as const;
const flags = { out: 'here', fresh: false } as const;
const plain = settingsOf(flags, data, engine);
const controlled = settingsOf({ ...flags, sampler: 'dpmAdaptive', control: 'pid' }, data, engine);
const { steps } = DEFAULTS.mnist.sampling;

it('samples as the run does, or as the flags say', () => {
  expect(samplingOf(plain, {})).toEqual(plain.sampling);
  expect(samplingOf(controlled, {})).toEqual(controlled.sampling);
  const asked = { sampler: 'heun', grid: 'uniform', steps: 7, guidance: 1, control: 'elementary' };
  expect(samplingOf(plain, asked)).toEqual(asked);
});

it('takes few stops with a control, and all steps without', () => {
  expect(plain.sampling.steps).toBe(steps);
  expect(controlled.sampling).toMatchObject({ control: 'pid', steps: 1 });
  expect(samplingOf(plain, { sampler: 'dormandPrince', control: 'pid' }).steps).toBe(1);
  const other = samplingOf(controlled, { sampler: 'ddim' });
  expect(other.steps).toBe(steps);
  expect('control' in other).toBe(false);
});
