/** How many steps fit into the time: a few are made with a model that is then thrown away. */
import { dispose } from '@tensorflow/tfjs-core';
import { key } from '@tweedie/core';
import { accumulated, ema, train } from '@tweedie/training';
import type { TrainingData } from './data.js';
import type { Engine } from './engines.js';
import { buildModel } from './model-spec.js';
import { objectiveOf } from './objective.js';
import type { Settings } from './settings.js';

const RESERVE_SECONDS = 40; // for samples and report
const MARGIN = 0.92; // machines slow down while they work
const WARM = 10;
const TIMED = 24;

/** The steps that fit into so many minutes, of which some seconds are gone; at least one more than the warm-up. */
export function stepsWithin(minutes: number, secondsGone: number, perStep: number, warmUp: number): number {
  return Math.max(Math.floor(((minutes * 60 - secondsGone - RESERVE_SECONDS) * MARGIN) / perStep), warmUp + 1);
}

/** Median seconds of a training step of this run on this machine and engine. */
export async function secondsPerStep(run: Settings, data: TrainingData, engine: Engine, signal: AbortSignal): Promise<number> {
  const { training } = run;
  const model = buildModel(run.model, key(0));
  const averages = ema(model.network.parameters);
  const seconds: number[] = [];
  try {
    let last = performance.now();
    const trial = train({
      objective: objectiveOf(model, run),
      batches: (from) => data.batches({ size: training.batch, key: key(0), from }),
      steps: WARM + TIMED,
      key: key(0),
      clip: training.clip,
      ema: averages,
      differentiate: accumulated(engine.gradients(run), training.accumulate),
      logEvery: 1,
    });
    for await (const { step } of trial) {
      signal.throwIfAborted();
      const now = performance.now();
      if (step > WARM) seconds.push((now - last) / 1000);
      last = now;
    }
  } finally {
    averages.dispose();
    dispose([...model.network.parameters.values()]);
  }
  return seconds.toSorted((a, b) => a - b)[TIMED / 2] ?? Number.NaN;
}
