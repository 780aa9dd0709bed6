import { describeSampler } from '@tweedie/testing';
import { flowTime } from './clocks.js';
import { midpoint } from './midpoint.js';

const promises = { order: 2, exactOnPoint: true, formInvariant: true } as const;
describeSampler('midpoint', midpoint, {
  ...promises,
  evaluationsPerStep: ({ from, to }) => (to.sigma === 0 || from.alpha === 0 ? 1 : 2),
});
describeSampler('midpoint, flow time', () => midpoint({ clock: flowTime() }), {
  ...promises,
  evaluationsPerStep: ({ to }) => (to.sigma === 0 ? 1 : 2),
});
