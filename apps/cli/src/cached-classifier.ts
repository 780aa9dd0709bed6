/** Classifiers of a run's images, each trained once and then kept in the run's folder. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { disposeAll, invalid, key, type Objective } from '@tweedie/core';
import { batches, centred } from '@tweedie/data';
import type { DiffusionBatch } from '@tweedie/losses';
import { adamW, cosineRate, ema, exchangeParameters, train } from '@tweedie/training';
import type { Engine } from './engines.js';
import { expectWritable, readingBytes } from './files.js';
import { progressLine } from './progress.js';
import type { RealImages } from './real-images.js';
import type { RunFolder } from './run-file.js';
import { say } from './say.js';
import { assignChecked, checkedWeights } from './weights-file.js';

/** A classifier that is trained unless its file is there. */
export interface Trainee<Inputs> {
  /** In the run's folder. */
  readonly file: 'judge.safetensors' | 'noisy-classifier.safetensors';
  /** For people. */
  readonly what: string;
  /** With the metric `accuracy`. */
  readonly objective: Objective<DiffusionBatch<Tensor>, Inputs>;
  /** Subtracted from the images. */
  readonly mean: number;
  readonly steps: number;
  /** All else that its weights depend on; the file of another one is replaced. */
  readonly origin: unknown;
}

const FORMAT = 1;
const BATCH = 64;
const TESTED = 2000; // held-out images
const TESTED_AT_ONCE = 500;
const RATE = 2e-3;
const WARM_UP = 100;
const SEED = 7;

/**
 * Gives a classifier the weights that the run's folder holds, or those that it learns now, which are kept there.
 * @returns the share of held-out images, up to 2,000, that it reads rightly
 * @throws Error (`file-unreadable`, `file-unwritable`); the signal's reason when aborted, and then nothing is written
 */
export async function cachedClassifier<Inputs>(
  folder: RunFolder,
  images: () => Promise<RealImages>,
  trainee: Trainee<Inputs>,
  engine: Engine,
  signal?: AbortSignal,
): Promise<number> {
  const { file, objective, steps, what } = trainee;
  const path = folder.file(file);
  const origin = JSON.stringify({ format: FORMAT, steps, origin: trainee.origin });
  const known = await kept(path, origin, trainee);
  if (known !== undefined) return known;
  await expectWritable(path);
  say(`Training ${what} once, to keep as ${path} …`);
  const started = performance.now();
  const { training, heldOut } = await images();
  await fit(trainee, training, engine, signal);
  const accuracy = await accuracyOf(trainee, heldOut);
  await folder.write(file, await checkedWeights(objective.parameters, { origin, accuracy: String(accuracy) }));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  say(`… ${seconds} s; right about ${(100 * accuracy).toFixed(1)} % of ${Math.min(TESTED, heldOut.size)} held-out images.`);
  return accuracy;
}

/** The accuracy with the weights that the file holds; undefined if there is none, or none that can be used, which is said. */
async function kept<Inputs>(path: string, origin: string, { objective }: Trainee<Inputs>): Promise<number | undefined> {
  const bytes = await readingBytes(path);
  if (bytes === undefined) return undefined;
  let accuracy: number | undefined;
  try {
    assignChecked(objective.parameters, bytes, (metadata) => {
      if (metadata.get('origin') !== origin) throw invalid('origin-differs', 'it was trained for another run, or otherwise');
      accuracy = Number(metadata.get('accuracy'));
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    say(`${path} cannot be used: ${error.message}.`);
  }
  return accuracy;
}

async function fit<Inputs>(
  { objective, mean, steps }: Trainee<Inputs>,
  training: RealImages['training'],
  engine: Engine,
  signal: AbortSignal | undefined,
): Promise<void> {
  const averages = ema(objective.parameters, { decay: 0.995 });
  const line = process.stderr.isTTY ? progressLine(steps, 0, BATCH) : undefined;
  const started = performance.now();
  try {
    const loop = train({
      objective,
      batches: (from) => batches(centred(training, mean), { size: BATCH, key: key(SEED), from }),
      steps,
      key: key(SEED),
      optimizer: adamW({ weightDecay: 0.01 }),
      learningRate: cosineRate({ peak: RATE, warmUp: Math.min(WARM_UP, steps - 1), steps }),
      ema: averages,
      differentiate: engine.gradients(),
      ...(signal && { signal }),
    });
    for await (const { step, loss } of loop)
      if (loss !== undefined) line?.update(step, loss, (1000 * step * BATCH) / (performance.now() - started));
    exchangeParameters(objective.parameters, averages.parameters);
  } finally {
    line?.stop();
    averages.dispose();
  }
}

async function accuracyOf<Inputs>({ objective, mean }: Trainee<Inputs>, heldOut: RealImages['heldOut']): Promise<number> {
  const data = centred(heldOut, mean);
  const count = Math.min(TESTED, data.size);
  let right = 0;
  for (let first = 0; first < count; first += TESTED_AT_ONCE) {
    const size = Math.min(TESTED_AT_ONCE, count - first);
    const batch = data.batch(Array.from({ length: size }, (_, i) => first + i));
    const inputs = await objective.prepare(batch, key(SEED));
    const { metrics, ...rest } = objective.evaluate(inputs);
    right += size * ((await metrics?.accuracy?.data())?.[0] ?? Number.NaN);
    disposeAll([batch, inputs, metrics, rest]);
  }
  return right / count;
}
