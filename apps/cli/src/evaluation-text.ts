/** An evaluation as a table of at most 80 columns. */
import type { Measured } from '@tweedie/evaluation';
import type { Nearness, Share } from './comparison.js';
import type { Evaluation } from './evaluate-run.js';

const LABEL = 34;
const CELL = 22;

const row = (label: string, ...cells: readonly string[]): string =>
  [label.padEnd(LABEL), ...cells.map((cell) => cell.padEnd(CELL))].join(' ').trimEnd();
const percent = (part: number): string => (100 * part).toFixed(1);
const measured = ({ value, standardError }: Measured): string =>
  `${value.toPrecision(3)} ± ${(Z * standardError).toPrecision(2)}`;
const shared = ({ count, of, low, high }: Share): string => `${percent(count / of)} % (${percent(low)}–${percent(high)})`;

const Z = 1.96; // of a 95 % interval

/** The lines, without a trailing newline. */
export function evaluationText({ accuracy, distances, copies }: Evaluation): string {
  const { samples, real, compared, reference, features } = distances;
  const nearest = (label: string, { median, near }: Nearness) => [
    row(`  median, ${label}`, median.samples.toPrecision(3), median.heldOut.toPrecision(3)),
    row(`  nearer than 99 % of held-out`, shared(near), '1 %'),
  ];
  return [
    ...(accuracy === undefined
      ? []
      : [row('class accuracy', shared(accuracy), `judge: ${percent(accuracy.judge)} % on real`), '']),
    row(`distance from ${reference} real ones`, `${compared} samples`, `${compared} other real ones`),
    row('  Fréchet', measured(samples.frechet), measured(real.frechet)),
    row('  kernel (MMD²)', measured(samples.kernel), measured(real.kernel)),
    ...(copies === undefined
      ? []
      : [
          '',
          row(`nearest of ${copies.training} training images`, 'samples', 'held-out images'),
          ...nearest('pixels', copies.pixels),
          ...nearest('features', copies.features),
        ]),
    '',
    `Distances are between ${features}; intervals are of 95 %.`,
    ...(copies === undefined ? [] : ['Copies are nearer to training images than held-out images are.']),
  ].join('\n');
}
