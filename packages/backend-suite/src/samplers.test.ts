import * as all from '@tweedie/samplers';
import { expect, test } from 'vitest';
import { SAMPLERS } from './samplers.js';

/** What makes no sampler. */
const OTHERS = ['elementary', 'flowTime', 'halfLogSnr', 'pid', 'revisiting', 'scheduleTime', 'sigmaRatio', 'singlestepOrders'];

test('no sampler is left out', () => {
  expect(Object.keys(SAMPLERS).sort()).toEqual(
    Object.keys(all)
      .filter((name) => !OTHERS.includes(name))
      .sort(),
  );
});
