/** `pnpm figures`: draws the charts of docs/schedules.md and docs/weightings.md from the packages themselves. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linearInterpolant, subVariancePreserving, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import * as schedules from '@tweedie/schedules';
import { lineChart } from './line-chart.mjs';
import { root } from './workspace.mjs';

const { clamped, density } = schedules;
const RANGE = [-20, 20];
const steps = (from, to, count = 240) => Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);
const curve = (xs, f) => xs.map((x) => [x, f(x)]).map(([x, y]) => [x, Number.isFinite(y) ? Number(y.toPrecision(6)) : null]);
const each = (table, draw) => Object.fromEntries(Object.entries(table).map(([name, value]) => [name, draw(value)]));
const draw = (name, svg) => {
  mkdirSync(join(root, 'docs', 'images'), { recursive: true });
  writeFileSync(join(root, 'docs', 'images', `${name}.svg`), `${svg}\n`);
  console.log(`docs/images/${name}.svg`);
};

const SCHEDULES = {
  cosine: schedules.cosine(),
  linearBeta: schedules.linearBeta(),
  scaledLinearBeta: schedules.scaledLinearBeta(),
  sigmoid: schedules.sigmoid(),
  laplace: schedules.laplace(),
  exponential: schedules.exponential(),
  linearLogSnr: schedules.linearLogSnr(),
  linearAlpha: schedules.linearAlpha(),
  geometric: schedules.geometric(),
  edm: schedules.edm(),
  edmSampling: schedules.edmSampling(),
  rectifiedFlow: schedules.rectifiedFlow(),
  'rectifiedFlow, shifted by 1/3': schedules.shifted(schedules.rectifiedFlow(), 1 / 3),
  'polynomial, power 2': schedules.polynomial(),
};

const times = steps(0.001, 0.999);
const logSnrs = steps(...RANGE);
const time = ['time, 0 is data and 1 noise', 0, 1];
const logSnr = ['log-SNR λ', ...RANGE];
draw('schedules-log-snr', lineChart(each(SCHEDULES, (s) => curve(times, s.logSnr)), { x: time, y: ['log-SNR λ', ...RANGE] }));
draw('schedules-density', lineChart(each(SCHEDULES, (s) => curve(logSnrs, density(s))), { x: logSnr, y: ['density p(λ)', 0, 0.3] }));
for (const part of ['alpha', 'sigma'])
  draw(
    `schedules-${part}`,
    lineChart(
      each(SCHEDULES, (s) => curve(times, (t) => variancePreserving(s).at(t)[part])),
      { x: time, y: [`${part}, variance preserving`, 0, 1] },
    ),
  );
