/** `pnpm bench:nfe`: error against number of function evaluations, for docs/samplers.md. A few minutes; the same bytes every time. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldIn, key, normals } from '@tweedie/core';
import { varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { clamped, cosine, edmSampling, fromBetas, linearBetas, shifted } from '@tweedie/schedules';
import { lineChart } from './line-chart.mjs';
import { DEFAULT, FAMILIES, GRIDDED, STOCHASTIC } from './nfe/contenders.mjs';
import { DISTRIBUTIONS, golden2d, mnist, three } from './nfe/distributions.mjs';
import { endOf, errorOf, reached, truthOf } from './nfe/measure.mjs';
import { squaredMmd } from './nfe/mmd.mjs';
import { PEERS } from './nfe/peers.mjs';
import { root } from './workspace.mjs';

const BUDGETS = [5, 6, 8, 10, 12, 15, 20, 30, 50, 100];
const [ROWS, SAMPLES] = [256, 2000];
const PROCESSES = {
  'the default': variancePreserving(clamped(shifted(cosine(), 0.5), { min: -10, max: 10 })),
  'linear β': variancePreserving(fromBetas(linearBetas())),
  'EDM, variance exploding': varianceExploding(edmSampling()),
};
const usual = PROCESSES['the default'];

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
/** Two digits, as a decimal number while that is short. */
const figure = (value) =>
  Number.isNaN(value) ? '' : value >= 1e-3 && value < 1e3 ? String(Number(value.toPrecision(2))) : value.toExponential(1);
const draw = (name, title, curves, y) => {
  mkdirSync(join(root, 'docs', 'images'), { recursive: true });
  const svg = lineChart(title, curves, { x: ['evaluations of the denoiser', BUDGETS], y, log: true });
  writeFileSync(join(root, 'docs', 'images', `samplers-${name}.svg`), `${svg}\n`);
};
/** Points outside the chart, and budgets that are too small, break the line. */
const visible = (values, [, min, max]) =>
  values.map((value) => (value >= min && value <= max ? Number(value.toPrecision(4)) : null));

// ── every deterministic sampler, on the mixture of the goldens ──
const truth = truthOf(usual, golden2d, ROWS);
const errors = new Map(
  [DEFAULT, ...Object.values(FAMILIES).flat(), ...GRIDDED].map((solver) => [
    solver.name,
    BUDGETS.map((budget) => errorOf(truth, solver, budget).rms),
  ]),
);
const plain = FAMILIES['multistep-data'].find(({ name }) => name === 'dpmpp2m');
const scale = ['RMS distance from the exact flow', 1e-6, 1];
const curvesOf = (solvers) => Object.fromEntries(solvers.map(({ name }) => [name, visible(errors.get(name), scale)]));
for (const [family, solvers] of Object.entries(FAMILIES))
  draw(family, `Error against evaluations: ${family} samplers`, curvesOf([DEFAULT, ...solvers]), scale);
draw('grids', 'Error against evaluations: two samplers on four grids', curvesOf([DEFAULT, plain, ...GRIDDED]), scale);
const deterministic = table(
  ['sampler', ...BUDGETS.map(String)],
  [DEFAULT, ...Object.values(FAMILIES).flat()].map(({ name }) => [`\`${name}\``, ...errors.get(name).map(figure)]),
);

// ── against the best of all peers ──
function contest(process, data, rows) {
  const here = truthOf(process, data, rows);
  return [10, 20].flatMap((budget) => {
    const ours = errorOf(here, DEFAULT, budget);
    const theirs = PEERS.map((peer) => ({ ...peer, ...errorOf(here, peer, budget) })).filter(({ rms }) => Number.isFinite(rms));
    const least = (of, among = theirs) => among.reduce((best, peer) => (of(peer) < of(best) ? peer : best));
    const best = least(({ rms }) => rms);
    const standard = least(
      ({ rms }) => rms,
      theirs.filter((peer) => peer.standard),
    );
    const nearest = least(({ mean }) => mean);
    return {
      cells: [`**${figure(ours.rms)}**`, figure(standard.rms), `${figure(best.rms)}: ${best.name}`],
      means: [`**${figure(ours.mean)}**`, `${figure(nearest.mean)}: ${nearest.name}`],
    };
  });
}
const PLACES = Object.entries({ 'of the goldens': golden2d, 'of the kit': three }).flatMap(([name, data]) =>
  Object.entries(PROCESSES).map(([process, at]) => ({ name: `${name}, ${process}`, at, data })),
);
const against = table(
  ['mixture, process', 'at 10', 'peers by default', 'best peer', 'at 20', 'peers by default', 'best peer'],
  PLACES.map(({ name, at, data }) => [name, ...contest(at, data, ROWS).flatMap(({ cells }) => cells)]),
);
const elsewhere = table(
  ['data', 'at 10: RMS', 'best peer', 'mean', 'best peer', 'at 20: RMS', 'best peer', 'mean', 'best peer'],
  Object.entries(DISTRIBUTIONS).map(([name, data]) => [
    name,
    ...contest(usual, data, data.dimensions > 8 ? 64 : 128).flatMap(({ cells: [ours, , best], means }) => [
      ours,
      best.split(':')[0],
      means[0],
      means[1].split(':')[0],
    ]),
  ]),
);

// ── digits: how many starts become the digit that the exact flow makes of them ──
const images = truthOf(usual, mnist, 24);
const old = GRIDDED[0];
const digits = table(
  ['evaluations', `\`${DEFAULT.name}\``, `\`${old.name}\``, 'best peer'],
  [5, 10, 20].map((budget) => {
    const share = (solver) => reached(images, solver, budget, 1);
    const best = PEERS.filter(({ name }) => /time_|logSNR|karras|linspace|trailing/.test(name) && !/lead/.test(name))
      .map((peer) => ({ name: peer.name, share: share(peer) }))
      .reduce((most, peer) => (peer.share > most.share ? peer : most));
    const percent = (value) => `${Math.round(100 * value)} %`;
    return [budget, percent(share(DEFAULT)), percent(share(old)), `${percent(best.share)}: ${best.name}`];
  }),
);

// ── samplers that draw noise: how far their distribution is from the mixture ──
const many = { ...truthOf(usual, golden2d, 1), start: normals(key(6), 2 * SAMPLES).map((z) => usual.at(1).sigma * z) };
const noise = ({ index, draw: number }) => normals(foldIn(foldIn(key(7), index), number), 2 * SAMPLES);
const discrepancies = [DEFAULT, ...STOCHASTIC].map((solver) => [
  solver.name,
  BUDGETS.map((budget) => {
    const samples = endOf(many, solver, budget, noise);
    return samples === undefined ? Number.NaN : Math.sqrt(Math.max(0, squaredMmd(samples, golden2d.mixture)));
  }),
]);
/** Perfect samples, by the quantiles of fresh draws: what chance leaves. */
const floors = [0, 1, 2, 3, 4, 5, 6, 7].map((repeat) => {
  const base = foldIn(key(8), repeat);
  const z = normals(base, 3 * SAMPLES);
  const { weights, means, covariances } = golden2d.mixture;
  const samples = new Float64Array(2 * SAMPLES);
  for (let i = 0, k = 0, used = 0; i < SAMPLES; i++) {
    while (k < weights.length - 1 && i >= (used + weights[k]) * SAMPLES) used += weights[k++];
    const [xx, xy, yy] = covariances[k];
    const [a, b] = [z[2 * i], z[2 * i + 1]];
    samples.set(
      [means[k][0] + Math.sqrt(xx) * a, means[k][1] + (xy * a) / Math.sqrt(xx) + Math.sqrt(yy - xy ** 2 / xx) * b],
      2 * i,
    );
  }
  return Math.abs(squaredMmd(samples, golden2d.mixture));
});
const floor = Math.sqrt(floors.reduce((sum, value) => sum + value) / floors.length);
const limits = ['maximum mean discrepancy', 1e-2, 1];
draw(
  'stochastic',
  'Distance of distributions against evaluations: stochastic samplers',
  {
    ...Object.fromEntries(
      discrepancies.map(([name, values]) => [
        name,
        visible(
          values.map((value) => Math.max(value, floor)),
          limits,
        ),
      ]),
    ),
    'exact samples': BUDGETS.map(() => floor),
  },
  limits,
);
const stochastic = table(
  ['sampler', ...BUDGETS.map(String)],
  [
    ...discrepancies.map(([name, values]) => [
      `\`${name}\``,
      ...values.map((value) => (value < floor ? `< ${figure(floor)}` : figure(value))),
    ]),
    ['exact samples', ...BUDGETS.map(() => figure(floor))],
  ],
);

const page = join(root, 'docs', 'samplers.md');
const generated = { deterministic, against, elsewhere, digits, stochastic };
const text = Object.entries(generated).reduce(
  (all, [name, content]) =>
    all.replace(new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`), (_, start, end) => `${start}\n${content}\n\n${end}`),
  readFileSync(page, 'utf8'),
);
writeFileSync(page, text);
console.log(`docs/samplers.md and its charts; ${PEERS.length} pairs of peers`);
