import { describeSampler } from '@tweedie/testing';
import { stages } from '../test/stages.js';
import { flowTime } from './clocks.js';
import { midpoint } from './midpoint.js';

const promises = { order: 2, exactOnPoint: true, formInvariant: true } as const;
describeSampler('midpoint', midpoint, {
  ...promises,
  evaluationsPerStep: stages(2),
});
describeSampler('midpoint, flow time', () => midpoint({ clock: flowTime() }), {
  ...promises,
  evaluationsPerStep: ({ to }) => (to.sigma === 0 ? 1 : 2),
});
