/** The training of a run: from its last checkpoint, if any, to its last step. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type CompiledNetwork, type Key, split } from '@tweedie/core';
import {
  adamW,
  type Checkpoint,
  cosineRate,
  type Ema,
  ema,
  exchangeParameters,
  relativeHalfLife,
  train,
} from '@tweedie/training';
import { checkpointFile } from '@tweedie/training/node';
import type { TrainingData } from './data.js';
import { drawSamples } from './draw-samples.js';
import type { Engine } from './engines.js';
import { reading, writing } from './files.js';
import type { Model } from './model-spec.js';
import { objectiveOf } from './objective.js';
import { labelsFor, pictureOf } from './pictures.js';
import { progressLine } from './progress.js';
import type { Run, RunFolder } from './run-file.js';
import { say } from './say.js';
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
  const path = folder.file('checkpoint.safetensors');
  const file = checkpointFile(path);
  let checkpoint = await reading(path, () => file.load());
  const from = checkpoint?.step ?? 0;
  if (from > 0) say(`Resuming ${folder.path} after step ${from} of ${steps}.`);

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
      learningRate: cosineRate({ peak: training.learningRate, warmUp: training.warmUp, steps }),
      optimizer: adamW({ beta2: training.beta2 }),
      clip: training.clip,
      ema: averages,
      differentiate: engine.gradients(begun),
      ...(checkpoint === undefined ? {} : { resume: checkpoint }),
    });
    for await (const { step, loss, snapshot } of loop) {
      if (loss !== undefined) line.update(step, loss, ((step - from) * batch) / spent());
      const last = step === steps;
      if (last || signal.aborted || step % Math.ceil(steps / CHECKPOINTS) === 0 || spent() - saved > MOST_SECONDS) {
        const latest = await snapshot();
        await writing(path, () => file.save(latest));
        checkpoint = latest;
        saved = spent();
        run = { ...begun, status: { ...begun.status, trainingSeconds: begun.status.trainingSeconds + spent() } };
        await folder.save(run);
      }
      signal.throwIfAborted();
      if (!last && step % Math.ceil(steps / PICTURES) === 0)
        await drawProgress(folder, run, { ...model, network: drawn }, averages, step);
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

/** A small picture of what the averaged weights draw now. */
async function drawProgress(
  folder: RunFolder,
  run: Run,
  model: Model & { readonly network: CompiledNetwork<Tensor | undefined> },
  averages: Ema,
  step: number,
): Promise<void> {
  const labels = labelsFor(run.data, COLUMNS);
  exchangeParameters(model.network.parameters, averages.parameters);
  model.network.refresh();
  const samples = await drawSamples(model, run, run.sampling, labels, run.training.seed);
  exchangeParameters(model.network.parameters, averages.parameters);
  const { ending, bytes } = await pictureOf(samples, run.data, COLUMNS, 1);
  await folder.write(`progress/${String(step).padStart(6, '0')}.${ending}`, bytes);
}
