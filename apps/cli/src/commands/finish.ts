/** What a finished run shows: samples, loss curve and report, drawn from its files. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Checkpoint } from '@tweedie/training';
import { lossChart } from '../chart.js';
import { drawSamples } from '../draw-samples.js';
import type { Engine } from '../engines.js';
import { isMissing, reading } from '../files.js';
import type { Model } from '../model-spec.js';
import { labelsFor, pictureOf, textFor } from '../pictures.js';
import { type Report, reportPage } from '../report.js';
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
  const started = performance.now();
  const labels = labelsFor(run.data, COLUMNS);
  const network = engine.network(model.network);
  const drawn = await drawSamples({ ...model, network }, run, run.sampling, labels, run.training.seed, signal);
  network.dispose();
  const samplingSeconds = (performance.now() - started) / 1000;
  const samples = pictureOf(drawn, run.data, COLUMNS);
  const picture = `samples.${samples.ending}`;
  await folder.write(picture, samples.bytes);

  const chart = checkpoint === undefined ? await oldChart(folder) : lossChart(checkpoint.history);
  await folder.write('loss.svg', chart);
  const { trainingSeconds } = run.status;
  const { status, ...configuration } = run;
  const page = reportPage({
    title: `Tweedie: ${folder.path}`,
    samples,
    samplesText: textFor(run.data, COLUMNS),
    chart,
    progress: await progressPictures(folder),
    timings: {
      training: `${trainingSeconds.toFixed(1)} s, ${((run.training.steps * run.training.batch) / trainingSeconds).toFixed(0)} examples/s`,
      sampling: `${samplingSeconds.toFixed(1)} s for ${labels.length} samples in ${run.sampling.steps} steps`,
      'engine for training': status.engine,
      'engine for sampling': engine.name,
    },
    configuration,
  });
  await folder.write('report.html', page);
  await folder.save({ ...run, status: { ...status, finished: true } });
  process.stdout.write(`${folder.file(picture)}\n${folder.file('report.html')}\n`);
}

async function progressPictures(folder: RunFolder): Promise<Report['progress']> {
  return Promise.all(
    (await folder.progress()).map(async (name) => ({
      step: Number.parseInt(basename(name), 10),
      picture: { ending: name.endsWith('.svg') ? ('svg' as const) : ('png' as const), bytes: await readFile(folder.file(name)) },
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
