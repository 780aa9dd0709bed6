/** Training as a stream for another thread. */
import { everyStep } from './internal/every-step.js';
import { type Moved, moved } from './moved.js';

/** Options of {@link trainReports}. */
export interface TrainReportsOptions {
  /** Updates between two checkpoints in the stream, each of which reads all parameters back. Default Infinity: none. */
  readonly checkpointEvery?: number;
}

/** What is told of an update: its numbers, and a checkpoint where one is due and with the last. */
export type TrainReport<Step, Checkpoint> = Omit<Step, 'snapshot' | 'history'> & { readonly checkpoint?: Checkpoint };

/** What every step of `train` of `@tweedie/training` has. */
interface TrainingStep<Checkpoint> {
  readonly step: number;
  readonly steps: number;
  /** All losses so far: left out, since the receiver has had them one by one. */
  readonly history: unknown;
  readonly snapshot: () => Promise<Checkpoint>;
}

/**
 * The steps of `train` as plain data, for a handler: `yield* trainReports(train(options))`. Checkpoints are moved, not copied.
 * @throws RangeError `checkpoint-every-not-positive`; what the training throws
 */
export async function* trainReports<Checkpoint, Step extends TrainingStep<Checkpoint>>(
  steps: AsyncIterable<Step & TrainingStep<Checkpoint>>,
  { checkpointEvery = Number.POSITIVE_INFINITY }: TrainReportsOptions = {},
): AsyncGenerator<Moved<TrainReport<Step, Checkpoint>>, void> {
  const due = everyStep('checkpointEvery', checkpointEvery);
  for await (const { snapshot, history: _, ...report } of steps) {
    const saved = due(report.step) || (checkpointEvery < Infinity && report.step === report.steps);
    yield moved({ ...report, ...(saved && { checkpoint: await snapshot() }) });
  }
}
