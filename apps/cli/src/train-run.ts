/** The training of a run: from its last checkpoint, if any, to its last step. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type CompiledNetwork, type Key, split } from '@tweedie/core';
import {
  accumulated,
  adamW,
  type Checkpoint,
  type Ema,
  ema,
  exchangeParameters,
  relativeHalfLife,
  train,
} from '@tweedie/training';
import { checkpoints } from './checkpoints.js';
import type { TrainingData } from './data.js';
import { drawSamples } from './draw-samples.js';
import type { Engine } from './engines.js';
import { learningRateOf } from './learning-rate.js';
import type { Model } from './model-spec.js';
import { objectiveOf } from './objective.js';
import { labelsFor, pictureOf } from './pictures.js';
import { progressLine } from './progress.js';
import type { Run, RunFolder } from './run-file.js';
import { writeReport } from './run-report.js';
import { say } from './say.js';
import { trainingLog } from './training-log.js';
import { saveWeights } from './weights-file.js';

const PICTURES = 5; // sample grids over the run, the last of them the finished samples
const CHECKPOINTS = 10;
const MOST_SECONDS = 60; // of work that a crash can cost
const COLUMNS = 4;

/**
 * Trains to the last step, with checkpoints and sample grids on the way, and leaves the averaged weights in the model and in
 * `model.safetensors`.
 * @throws the signal's reason once it is aborted, with a checkpoint to go on from
 */
export async function trainRun(
  folder: RunFolder,
  begun: Run,
  model: Model,
  data: TrainingData,
  engine: Engine,
  key: Key,
  signal: AbortSignal,
): Promise<{ readonly run: Run; readonly checkpoint: Checkpoint | undefined }> {
  const { training } = begun;
  const { steps, batch } = training;
  const [dataKey, chanceKey] = split(key) as [Key, Key];
  await folder.sweep();
  const stored = checkpoints(folder, training.keep);
  let checkpoint = await stored.latest();
  const from = checkpoint?.step ?? 0;
  if (from > 0) say(`Resuming ${folder.path} after step ${from} of ${steps}.`);
  const log = await trainingLog(folder, checkpoint?.history ?? []);

  const averages = ema(model.network.parameters, { decay: relativeHalfLife(training.averaging) });
  const drawn = engine.network(model.network);
  const line = progressLine(steps, from, batch);
  const started = performance.now();
  const spent = () => (performance.now() - started) / 1000;
  let run = begun;
  let saved = 0;
  try {
    const loop = train({
      objective: objectiveOf(model, begun),
      batches: (first) => data.batches({ size: batch, key: dataKey, from: first }),
      steps,
      key: chanceKey,
      learningRate: learningRateOf(training.rate, { peak: training.learningRate, warmUp: training.warmUp, steps }),
      optimizer: adamW({ beta2: training.beta2 }),
      clip: training.clip,
      ema: averages,
      differentiate: accumulated(engine.gradients(begun), training.accumulate),
      ...(checkpoint === undefined ? {} : { resume: checkpoint }),
    });
    for await (const { step, loss, metrics, learningRate: rate, snapshot } of loop) {
      const seconds = begun.status.trainingSeconds + spent();
      if (loss !== undefined) {
        const examplesPerSecond = ((step - from) * batch) / spent();
        line.update(step, loss, examplesPerSecond);
        await log({ step, loss, rate, examplesPerSecond, seconds, ...metrics });
      }
      const last = step === steps;
      const picture = !last && step % Math.ceil(steps / PICTURES) === 0;
      if (picture) await drawProgress(folder, run, { ...model, network: drawn }, averages, step, signal);
      if (last || picture || signal.aborted || step % Math.ceil(steps / CHECKPOINTS) === 0 || spent() - saved > MOST_SECONDS) {
        checkpoint = await snapshot();
        await stored.save(checkpoint);
        saved = spent();
        run = { ...begun, status: { ...begun.status, trainingSeconds: begun.status.trainingSeconds + saved } };
        await folder.save(run);
        if (!last) await writeReport(folder, run, { history: checkpoint.history, unfinished: { step, live: !signal.aborted } });
      }
      signal.throwIfAborted();
    }
    exchangeParameters(model.network.parameters, averages.parameters);
    await saveWeights(model, folder);
    return { run, checkpoint };
  } finally {
    line.stop();
    drawn.dispose();
    averages.dispose();
  }
}

/** A small picture of what the averaged weights draw now; none if that is interrupted. */
async function drawProgress(
  folder: RunFolder,
  run: Run,
  model: Model & { readonly network: CompiledNetwork<Tensor | undefined> },
  averages: Ema,
  step: number,
  signal: AbortSignal,
): Promise<void> {
  const labels = labelsFor(run.data, COLUMNS);
  exchangeParameters(model.network.parameters, averages.parameters);
  try {
    model.network.refresh();
    const samples = await drawSamples(model, run, run.sampling, labels, run.training.seed, { signal });
    const { ending, bytes } = await pictureOf(samples, run.data, COLUMNS, 1);
    await folder.write(`progress/${String(step).padStart(6, '0')}.${ending}`, bytes);
  } catch (error) {
    if (error !== signal.reason) throw error;
  } finally {
    exchangeParameters(model.network.parameters, averages.parameters);
  }
}
