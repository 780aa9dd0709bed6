import { describeSampler } from '@tweedie/testing';
import { stages } from '../test/stages.js';
import { flowTime, halfLogSnr } from './clocks.js';
import { rk4 } from './rk4.js';

const promises = { order: 4, exactOnPoint: true, formInvariant: true } as const;
describeSampler('rk4', rk4, { ...promises, evaluationsPerStep: stages(4) });
describeSampler('rk4, flow time', () => rk4({ clock: flowTime() }), {
  ...promises,
  evaluationsPerStep: ({ to }) => (to.sigma === 0 ? 1 : 4),
});
describeSampler('rk4, half log-SNR', () => rk4({ clock: halfLogSnr() }), {
  ...promises,
  evaluationsPerStep: stages(4),
  exactOnPoint: { reason: 'one point is an exponential in log-SNR, not a line (Lu et al. 2022, arXiv 2206.00927, section 3.1)' },
});
