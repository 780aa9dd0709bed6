/** `loss.svg` and `report.html` of a run, finished or not, drawn from what its folder holds. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { LossPoint } from '@tweedie/training';
import { reading, readingText } from './files.js';
import { type Report, reportPage } from './report.js';
import type { Run, RunFolder } from './run-file.js';

/** What a report shows beside the run. */
export interface Shown {
  /** Without it the old curve stays. */
  readonly history?: readonly LossPoint[];
  /** Steps made of an unfinished run, and whether it goes on. */
  readonly unfinished?: { readonly step: number; readonly live: boolean };
  /** Default: the last of the pictures that were drawn on the way. */
  readonly samples?: NonNullable<Report['samples']>;
  readonly timings?: Report['timings'];
}

/** Writes both files. */
export async function writeReport(folder: RunFolder, run: Run, shown: Shown): Promise<void> {
  const { history, unfinished, timings = {} } = shown;
  const { lossChart } = await import('./chart.js'); // charts take longer to load than all else together
  const chart = history === undefined ? ((await readingText(folder.file('loss.svg'))) ?? lossChart([])) : lossChart(history);
  await folder.write('loss.svg', chart);
  const progress = await progressPictures(folder);
  const last = progress.at(-1);
  const samples = shown.samples ?? (last && { picture: last.picture, text: `samples after ${last.step} steps` });
  const { status, ...configuration } = run;
  const { steps, batch } = run.training;
  const page = reportPage({
    title: `Tweedie: ${folder.path}`,
    ...(unfinished && {
      unfinished: {
        text: `${unfinished.live ? 'running' : 'stopped'}, step ${unfinished.step} of ${steps}`,
        live: unfinished.live,
      },
    }),
    ...(samples && { samples }),
    chart,
    progress,
    timings: {
      training: `${status.trainingSeconds.toFixed(1)} s, ${(((unfinished?.step ?? steps) * batch) / status.trainingSeconds).toFixed(0)} examples/s`,
      ...timings,
      'engine for training': status.engine,
    },
    configuration,
  });
  await folder.write('report.html', page);
}

async function progressPictures(folder: RunFolder): Promise<Report['progress']> {
  return Promise.all(
    (await folder.progress()).map(async (name) => ({
      step: Number.parseInt(basename(name), 10),
      picture: {
        ending: name.endsWith('.svg') ? ('svg' as const) : ('png' as const),
        bytes: await reading(folder.file(name), () => readFile(folder.file(name))),
      },
    })),
  );
}
