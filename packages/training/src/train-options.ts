/** What `train` takes and what it yields. */
import { type Differentiate, invalid, type Key, type Objective } from '@tweedie/core';
import type { Checkpoint, LossPoint } from './checkpoint.js';
import type { Ema } from './ema.js';
import type { LearningRate } from './learning-rate.js';
import type { Optimizer } from './optimizer.js';

/** What `train` needs: objective, data, number of steps and key. All else has a default. */
export interface TrainOptions<Batch, Inputs, Memory = unknown> {
  readonly objective: Objective<Batch, Inputs, Memory>;
  /** The batches from batch `from` on; where a run begins or resumes. `train` owns what it pulls, and frees the tensors in
   * it. It may pull one batch more than it uses when it is left early. */
  readonly batches: (from: number) => Iterable<Batch> | AsyncIterable<Batch>;
  /** Updates in all, those before a resumed checkpoint included. */
  readonly steps: number;
  readonly key: Key;
  /** Default `adamW()`. */
  readonly optimizer?: Optimizer;
  /** A constant, or a function of the number of updates already made. Default 1e-3. */
  readonly learningRate?: number | LearningRate;
  /** Largest global norm of the gradients; larger ones are scaled down to it. Default: no limit. */
  readonly clip?: number;
  /** An average of the parameters, updated after each step and saved in checkpoints. The caller made and owns it. */
  readonly ema?: Ema;
  /** Updates between two readings of the loss, each of which stalls a GPU. Default 10. */
  readonly logEvery?: number;
  /** Saves the run every so many updates, and after the last one. */
  readonly checkpoint?: { readonly every: number; readonly save: (checkpoint: Checkpoint) => void | Promise<void> };
  /** Where to go on. Parameters, average and optimiser are overwritten. */
  readonly resume?: Checkpoint;
  /** How loss and gradients are computed. Default `eager`; see `sharded` for several workers. */
  readonly differentiate?: Differentiate;
  readonly signal?: AbortSignal;
}

/** Yielded after each update. */
export interface TrainStep {
  /** Updates made, 1 to `steps`. */
  readonly step: number;
  readonly steps: number;
  /** The rate of this update. */
  readonly learningRate: number;
  /** Mean loss of the updates since the last reading; undefined in between. */
  readonly loss: number | undefined;
  /** Means of the objective's metrics, and with `clip` of the `gradientNorm`, over the same updates. */
  readonly metrics: Readonly<Record<string, number>> | undefined;
  /** All readings of the loss, from the first update on, also across resumed runs. */
  readonly history: readonly LossPoint[];
  /** The state after this update, for a checkpoint at any time; call it before the next iteration. */
  snapshot(): Promise<Checkpoint>;
}

/** @internal */
export function checkTrainOptions<Batch, Inputs, Memory>({
  steps,
  key,
  clip,
  logEvery = 10,
  checkpoint,
  resume,
}: TrainOptions<Batch, Inputs, Memory>): void {
  const positive = (code: string, name: string, value: number) => {
    if (!Number.isInteger(value) || value < 1) throw invalid(code, `\`${name}\` must be a positive integer, got ${value}`);
  };
  positive('steps-not-positive', 'steps', steps);
  positive('log-every-not-positive', 'logEvery', logEvery);
  if (checkpoint !== undefined) positive('checkpoint-every-not-positive', 'checkpoint.every', checkpoint.every);
  if (clip !== undefined && !(clip > 0)) throw invalid('clip-not-positive', `\`clip\` must be positive, got ${clip}`);
  if (resume !== undefined && resume.key.join() !== key.join())
    throw invalid('key-mismatch', `\`key\` must be that of the checkpoint, [${resume.key}], got [${key}]`);
}
