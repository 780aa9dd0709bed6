/** What there is to know of a run as text of at most 80 columns. */
import type { RunFacts } from './run-facts.js';
import { scheduleChart } from './schedule-chart.js';
import { wrapped } from './wrapped.js';

const LABEL = 18;
const JOINED = '\u00a0'; // a space that no line ends at

export function infoText({ run, data, network, noise, curve, sampling, training, status, files, problems }: RunFacts): string {
  const { step, steps, batch, loss } = training;
  const blocks = network.blocks.map(({ name, parameters }) => `${name}${JOINED}${grouped(parameters)}`);
  const { trainingSeconds: seconds } = status;
  const rate = seconds > 0 ? `, ${grouped(Math.round((step * batch) / seconds))} examples/s` : '';
  return [
    ...wrapped(`${run}: ${status.finished ? 'finished' : `not finished, step ${step} of ${steps}`}`, ''),
    '',
    ...row('data', `${data.name}, ${data.classes.length === 0 ? 'no classes' : `classes: ${data.classes.join(', ')}`}`),
    '',
    ...row('network', `${network.kind}, [${network.input.join(', ')}] to [${network.output.join(', ')}]`),
    ...row('parameters', `${grouped(network.parameters)}: ${blocks.join(', ')}`),
    ...row(
      'one evaluation',
      `${scaled(network.flops)}FLOP: convolutions and matrix products, 2 for a multiplication with its addition`,
    ),
    '',
    ...rows(noise),
    ...(curve.length > 1 ? ['', scheduleChart(curve)] : []),
    '',
    ...row('objective', training.objective),
    ...rows({ weighting: training.weighting, times: training.times }),
    ...row('training', `step ${grouped(step)} of ${grouped(steps)}, batches of ${batch}, ${duration(seconds)}${rate}`),
    ...rows({
      loss: loss === undefined ? undefined : `${loss.toPrecision(4)}, the mean of the last readings`,
      engine: status.engine,
    }),
    '',
    ...row('sampler', `${sampling.sampler}, steps: ${sampling.steps}, guidance: ${sampling.guidance}`),
    ...rows({ grid: sampling.grid, control: sampling.control }),
    ...(sampling.evaluations === undefined || sampling.flops === undefined
      ? []
      : row('one sample', `${grouped(sampling.evaluations)} evaluations, ${scaled(sampling.flops)}FLOP`)),
    '',
    ...files.flatMap(({ name, bytes, note }, i) =>
      row(i === 0 ? 'files' : '', `${name}, ${scaled(bytes)}B${note === undefined ? '' : `, ${note}`}`),
    ),
    ...problems.flatMap((problem) => ['', ...wrapped(`Not known: ${problem}`, '')]),
    '',
  ].join('\n');
}

function rows(texts: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(texts).flatMap(([label, text]) => (text === undefined ? [] : row(label, text)));
}

function row(label: string, text: string): string[] {
  const [first = '', ...rest] = wrapped(text, ' '.repeat(LABEL));
  return [label.padEnd(LABEL) + first.trimStart(), ...rest];
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}

/** Three digits, and the prefix of a unit. */
function scaled(value: number): string {
  const power = Math.max(0, Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), 5));
  return `${Number((value / 1000 ** power).toPrecision(3))} ${['', 'k', 'M', 'G', 'T', 'P'][power]}`;
}

function duration(seconds: number): string {
  return seconds < 100 ? `${Number(seconds.toPrecision(3))} s` : `${Number((seconds / 60).toPrecision(3))} minutes`;
}
