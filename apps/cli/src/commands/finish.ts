/** What a finished run shows: samples, loss curve and report, drawn from its files. */
import type { Checkpoint } from '@tweedie/training';
import { drawSamples } from '../draw-samples.js';
import type { Engine } from '../engines.js';
import type { Model } from '../model-spec.js';
import { labelsFor, pictureOf, textFor } from '../pictures.js';
import type { Run, RunFolder } from '../run-file.js';
import { writeReport } from '../run-report.js';

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
  signal.throwIfAborted();
  const started = performance.now();
  const labels = labelsFor(run.data, COLUMNS);
  const network = engine.network(model.network);
  const drawn = await drawSamples({ ...model, network }, run, run.sampling, labels, run.training.seed, { signal });
  network.dispose();
  const samplingSeconds = (performance.now() - started) / 1000;
  const samples = await pictureOf(drawn, run.data, COLUMNS);
  const picture = `samples.${samples.ending}`;
  await folder.write(picture, samples.bytes);

  await writeReport(folder, run, {
    ...(checkpoint && { history: checkpoint.history }),
    samples: { picture: samples, text: textFor(run.data, COLUMNS) },
    timings: {
      sampling: `${samplingSeconds.toFixed(1)} s for ${labels.length} samples in ${run.sampling.steps} steps`,
      'engine for sampling': engine.name,
    },
  });
  await folder.save({ ...run, status: { ...run.status, finished: true } });
  process.stdout.write(`${folder.file(picture)}\n${folder.file('report.html')}\n`);
}
