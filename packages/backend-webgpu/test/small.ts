/** A small network, and a run that trains it. */
import { tidy } from '@tensorflow/tfjs-core';
import { denoiser, disposeAll, key, normal, sample } from '@tweedie/core';
import { eightGaussians, pointBatches } from '@tweedie/data';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss } from '@tweedie/losses';
import { mlp } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { ddim } from '@tweedie/samplers';
import { clamped, cosine, uniform } from '@tweedie/schedules';
import { type Checkpoint, eager, ema, type TrainOptions, train } from '@tweedie/training';

const process = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));

/** A new network; its parameters lie on the backend of now. */
export function small(): Small {
  const network = mlp({ key: key(0), width: 32, layers: 2, embedding: 16 });
  const objective = diffusionLoss({ network, process, parameterization: v() });
  const average = ema(objective.parameters, { decay: 0.9 });
  return {
    dispose() {
      for (const { parameters } of [network, average]) for (const value of parameters.values()) value.dispose();
    },
    async train(steps, options = {}) {
      const losses: number[] = [];
      const checkpoints: Checkpoint[] = [];
      let failure: unknown;
      try {
        for await (const { step, loss } of train({
          objective,
          batches: function* (from: number) {
            for (const x of pointBatches(eightGaussians(), { size: 32, key: key(1), from })) yield { x };
          },
          steps,
          key: key(2),
          learningRate: 3e-3,
          clip: 1,
          ema: average,
          logEvery: 1,
          checkpoint: { every: 5, save: (checkpoint) => void checkpoints.push(checkpoint) },
          ...options.train,
        })) {
          losses.push(loss ?? Number.NaN);
          options.onStep?.(step);
        }
      } catch (error) {
        failure = error;
      }
      return { losses, checkpoint: checkpoints.at(-1), failure };
    },
    async gradients() {
      const x = normal(key(4), [32, 2]);
      const inputs = await objective.prepare({ x }, key(5));
      x.dispose();
      const differentiate = eager(objective);
      return {
        step: () => tidy(() => void differentiate(inputs)),
        dispose: () => disposeAll(inputs),
      };
    },
    async sample(signal) {
      const points = await sample({
        denoiser: denoiser(network, v()),
        process,
        grid: uniform(),
        steps: 10,
        sampler: ddim({ eta: 1 }),
        key: key(3),
        start: [8, 2],
        ...(signal && { signal }),
      });
      const values = await points.data();
      points.dispose();
      return [...values];
    },
  };
}

export interface Small {
  train(
    steps: number,
    options?: {
      readonly train?: Partial<Pick<TrainOptions<never, never>, 'signal' | 'resume' | 'logEvery' | 'checkpoint'>>;
      readonly onStep?: (step: number) => void;
    },
  ): Promise<{ readonly losses: readonly number[]; readonly checkpoint: Checkpoint | undefined; readonly failure: unknown }>;
  /** Loss and gradients of one batch. */
  gradients(): Promise<{ step(): void; dispose(): void }>;
  sample(signal?: AbortSignal): Promise<readonly number[]>;
  dispose(): void;
}
