/** What a finished run shows: samples, loss curve and report, drawn from its files. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Checkpoint } from '@tweedie/training';
import { lossChart } from '../chart.js';
import { drawImages } from '../draw-images.js';
import type { Engine } from '../engines.js';
import { isMissing, reading } from '../files.js';
import { contactSheet } from '../images.js';
import type { Model } from '../model-spec.js';
import { reportPage } from '../report.js';
import type { Run, RunFolder } from '../run-file.js';

const COLUMNS = 8;

/** Writes `samples.png`, `loss.svg` and `report.html`, and marks the run as finished. Without a checkpoint the old curve stays. */
export async function finish(
  folder: RunFolder,
  run: Run,
  model: Model,
  checkpoint: Checkpoint | undefined,
  engine: Engine,
  signal: AbortSignal,
): Promise<void> {
  const { classes } = run.data;
  const started = performance.now();
  const labels = Int32Array.from({ length: classes * COLUMNS }, (_, i) => Math.floor(i / COLUMNS));
  const network = engine.network(model.network);
  const images = await drawImages({ ...model, network }, run, run.sampling, labels, run.training.seed, signal);
  network.dispose();
  const samplingSeconds = (performance.now() - started) / 1000;
  const samples = contactSheet(images, COLUMNS);
  await folder.write('samples.png', samples);

  const chart = checkpoint === undefined ? await oldChart(folder) : lossChart(checkpoint.history);
  await folder.write('loss.svg', chart);
  const { trainingSeconds } = run.status;
  const { status, ...configuration } = run;
  const page = reportPage({
    title: `Tweedie: ${folder.path}`,
    samples,
    samplesText: `one row for each of ${classes} classes, ${COLUMNS} samples each`,
    chart,
    progress: await progressPictures(folder),
    timings: {
      training: `${trainingSeconds.toFixed(1)} s, ${((run.training.steps * run.training.batch) / trainingSeconds).toFixed(0)} images/s`,
      sampling: `${samplingSeconds.toFixed(1)} s for ${labels.length} images in ${run.sampling.steps} steps`,
      'engine for training': status.engine,
      'engine for sampling': engine.name,
    },
    configuration,
  });
  await folder.write('report.html', page);
  await folder.save({ ...run, status: { ...status, finished: true } });
  process.stdout.write(`${folder.file('samples.png')}\n${folder.file('report.html')}\n`);
}

async function progressPictures(folder: RunFolder): Promise<{ step: number; png: Uint8Array }[]> {
  return Promise.all(
    (await folder.progress()).map(async (name) => ({
      step: Number.parseInt(basename(name), 10),
      png: await readFile(folder.file(name)),
    })),
  );
}

async function oldChart(folder: RunFolder): Promise<string> {
  const path = folder.file('loss.svg');
  return reading(path, async () => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return lossChart([]);
      throw error;
    }
  });
}
