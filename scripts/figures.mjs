/** `pnpm figures`: draws the charts of docs/schedules.md and docs/weightings.md from the packages themselves. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { variancePreserving } from '@tweedie/forward-process';
import * as losses from '@tweedie/losses';
import { v } from '@tweedie/parameterizations';
import * as schedules from '@tweedie/schedules';
import { lineChart } from './line-chart.mjs';
import { root } from './workspace.mjs';

const { density } = schedules;
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
const logSnrOverTime = each(SCHEDULES, (schedule) => curve(times, schedule.logSnr));
draw('schedules-log-snr', lineChart('Log-SNR of schedules over time', logSnrOverTime, { x: time, y: logSnr }));
const densities = each(SCHEDULES, (schedule) => curve(logSnrs, density(schedule)));
draw('schedules-density', lineChart('Density of log-SNR of schedules', densities, { x: logSnr, y: ['density p(λ)', 0, 0.3] }));
for (const part of ['alpha', 'sigma']) {
  const curves = each(SCHEDULES, (schedule) => curve(times, (t) => variancePreserving(schedule).at(t)[part]));
  draw(
    `schedules-${part}`,
    lineChart(`${part} of schedules over time`, curves, { x: time, y: [`${part}, variance preserving`, 0, 1] }),
  );
}

const cosine = variancePreserving(schedules.cosine());
const linear = variancePreserving(schedules.linearBeta());
const { impliedWeight, isMonotone, fmOt } = losses;

/** Objectives of the field: a weighting, on the schedule that it is used with where that matters. */
const OBJECTIVES = {
  elbo: [losses.elbo()],
  'simple on cosine (ε loss)': [losses.simple()],
  'simple on linearBeta (ε loss)': [losses.simple(), linear],
  'unweighted(v()) on cosine (v loss)': [losses.unweighted(v())],
  iddpmCosine: [losses.iddpmCosine()],
  fmOt: [fmOt()],
  'fmOt(logitNormal())': [fmOt(losses.logitNormal())],
  'fmOt(mode())': [fmOt(losses.mode())],
  'fmOt(cosMap())': [fmOt(losses.cosMap())],
  indi: [losses.indi()],
  edm: [losses.edm()],
  edmMonotone: [losses.edmMonotone()],
  'truncatedSnr on cosine': [losses.truncatedSnr()],
  'minSnr on cosine': [losses.minSnr()],
  'softMinSnr on cosine': [losses.softMinSnr()],
  'p2 on cosine': [losses.p2()],
  sigmoid: [losses.sigmoid()],
  step: [losses.step()],
};
const levels = steps(-12, 12);
const relative = ([weighting, process = cosine]) => {
  const weight = impliedWeight(weighting, process);
  const unit = weight(0);
  return curve(levels, (x) => weight(x) / unit || null);
};
const [falling, rising] = [true, false].map((monotone) =>
  Object.fromEntries(
    Object.entries(OBJECTIVES).filter(([, [weighting, process = cosine]]) => isMonotone(weighting, process) === monotone),
  ),
);
const weights = { x: ['log-SNR λ', -12, 12], y: ['w(λ), relative to λ = 0', 1e-3, 1e3], log: true };
draw('weightings-monotone', lineChart('Monotone weightings over log-SNR', each(falling, relative), weights));
draw('weightings-not-monotone', lineChart('Weightings that rise somewhere, over log-SNR', each(rising, relative), weights));
