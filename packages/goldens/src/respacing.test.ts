import { expect, test } from 'vitest';
import respacing from '../data/schedules/respacing.json' with { type: 'json' };
import { casesOf } from './golden-file.js';
import { number, numbers } from './read.js';
import { keptIndices } from './respacing.js';

const cases = casesOf(respacing).filter(({ timesteps }) => timesteps !== undefined);

test.each(cases)('$name', ({ num_timesteps, section_counts, timesteps }) => {
  expect(keptIndices(number(num_timesteps), String(section_counts))).toEqual([...numbers(timesteps)]);
});

test('all are kept unless told otherwise', () => {
  expect(keptIndices(3)).toEqual([0, 1, 2]);
  expect(() => keptIndices(1000, 'ddim300')).toThrow('no stride');
});
