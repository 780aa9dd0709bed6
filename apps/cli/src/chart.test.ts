import { expect, it } from 'vitest';
import { lossChart } from './chart.js';

it('draws both curves as standalone SVG', () => {
  const svg = lossChart(Array.from({ length: 50 }, (_, step) => ({ step, loss: 1 / (step + 1) })));
  expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(svg).toContain('running mean');
  expect(svg.match(/stroke="#(6b9bd1|d1495b)"/g)?.length).toBeGreaterThanOrEqual(2);
  expect(svg).not.toMatch(/NaN|Infinity/);
});
