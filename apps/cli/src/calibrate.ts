/** How many steps fit into the time: a few are made with a model that is then thrown away. */
import { dispose } from '@tensorflow/tfjs-core';
import { key } from '@tweedie/core';
import { batches, type ImageDataset } from '@tweedie/data';
import { ema, train } from '@tweedie/training';
import { gradientShards } from './gradient-shards.js';
import { buildModel } from './model-spec.js';
import { objectiveOf } from './objective.js';
import type { Run } from './run-file.js';

const WARM = 4;
const TIMED = 12;

/** Median seconds of a training step of this run on this machine. */
export async function secondsPerStep(
  { model: spec, training }: Pick<Run, 'model' | 'training'>,
  data: ImageDataset,
): Promise<number> {
  const model = buildModel(spec, key(0));
  const averages = ema(model.network.parameters);
  const shards = gradientShards(spec, training.shards);
  const seconds: number[] = [];
  try {
    let last = performance.now();
    const trial = train({
      objective: objectiveOf(model, spec, training.conditionDropout),
      batches: (from) => batches(data, { size: training.batch, key: key(0), from }),
      steps: WARM + TIMED,
      key: key(0),
      clip: training.clip,
      ema: averages,
      differentiate: shards.differentiate,
      logEvery: 1,
    });
    for await (const { step } of trial) {
      const now = performance.now();
      if (step > WARM) seconds.push((now - last) / 1000);
      last = now;
    }
  } finally {
    await shards.close();
    averages.dispose();
    dispose([...model.network.parameters.values()]);
  }
  return seconds.toSorted((a, b) => a - b)[TIMED / 2] ?? Number.NaN;
}
