/**
 * The training loop: it owns randomness, tensor lifetime, progress, checkpoints and cancellation, so that objectives need not.
 * Update k draws all its chance from `foldIn(key, k)` and takes batch k, so a run that is resumed is the run that never stopped.
 */
import { type Scalar, tidy, type Variable } from '@tensorflow/tfjs-core';
import { breathe, disposeAll, foldIn, invalid, registerGradients } from '@tweedie/core';
import { adamW } from './adamw.js';
import type { Checkpoint } from './checkpoint.js';
import { clipFactor, globalNorm } from './clip.js';
import { eager } from './eager.js';
import { meter } from './internal/meter.js';
import { assignParameters, readParameters } from './parameters.js';
import { checkTrainOptions, type TrainOptions, type TrainStep } from './train-options.js';

/**
 * Trains, one update per iteration. Breaking out of the loop, an error or an abort frees every tensor of the run; the
 * parameters stay as they are then.
 * @throws RangeError (`steps-not-positive`, `log-every-not-positive`, `checkpoint-every-not-positive`, `clip-not-positive`,
 * `key-mismatch`, `parameters-differ`, `batches-ended`), Error (`loss-not-finite`) naming step, learning rate and last checkpoint; the
 * signal's reason when aborted
 */
export async function* train<Batch, Inputs, Memory = unknown>(
  options: TrainOptions<Batch, Inputs, Memory>,
): AsyncGenerator<TrainStep, void> {
  checkTrainOptions(options);
  registerGradients();
  const {
    objective,
    steps,
    key,
    optimizer = adamW(),
    learningRate = 1e-3,
    clip,
    ema,
    logEvery = 10,
    checkpoint,
    resume,
    signal,
  } = options;
  const rateOf = typeof learningRate === 'number' ? () => learningRate : learningRate;
  const differentiate = (options.differentiate ?? eager)(objective);

  const state = optimizer.state(objective.parameters);
  const variables = new Map([
    ...prefixed('parameters', objective.parameters),
    ...prefixed('optimizer', Object.entries(state)),
    ...prefixed('ema', ema?.parameters ?? []),
  ]);
  const start = resume?.step ?? 0;
  // The caller promises a checkpoint of this objective; a memory is plain JSON that its time sampler wrote.
  let memory = resume?.memory as Memory | undefined;
  const history = [...(resume?.history ?? [])];
  let lastGood = resume?.step;
  const losses = meter(resume?.pending);
  let batches: Iterator<Batch> | AsyncIterator<Batch> | undefined;
  type Prepared = { readonly batch: Batch; readonly inputs: Inputs };
  let ahead: Promise<Prepared> | undefined;
  const prepared = async (done: number): Promise<Prepared> => {
    const next = await batches?.next();
    if (next === undefined || next.done === true)
      throw invalid(
        'batches-ended',
        `\`batches\` must give ${steps - start} batches from ${start} on, but ended after ${done - start}`,
      );
    const { value: batch } = next;
    try {
      return { batch, inputs: await objective.prepare(batch, foldIn(key, done), memory) };
    } catch (error) {
      disposeAll(batch);
      throw error;
    }
  };
  try {
    if (resume !== undefined) assignParameters(variables, resume.tensors);
    batches = start < steps ? iterate(options.batches(start)) : undefined;
    for (let done = start; batches !== undefined && done < steps; done++) {
      await breathe();
      signal?.throwIfAborted();
      const rate = rateOf(done);
      const step = done + 1;
      const owned: unknown[] = [];
      try {
        const ready = await (ahead ?? prepared(done));
        ahead = undefined;
        owned.push(ready);
        const { inputs } = ready;
        const differentiated = differentiate(inputs);
        // While another thread differentiates, this one prepares the next inputs, unless they depend on what comes out.
        if (differentiated instanceof Promise && objective.observe === undefined && step < steps) {
          ahead = breathe().then(() => prepared(step));
          ahead.catch(() => {}); // told when its turn comes
        }
        const result = await differentiated;
        owned.push(result);
        // The update is as much work for a page's thread as a part of the way back.
        await breathe();
        tidy(() => {
          const norm = clip === undefined ? undefined : globalNorm(result.gradients);
          const scale = norm === undefined || clip === undefined ? {} : { scale: clipFactor(norm, clip) };
          optimizer.update(objective.parameters, result.gradients, state, { learningRate: rate, step, ...scale });
          ema?.update(step);
          losses.add({
            ...result.metrics,
            ...(norm === undefined ? {} : { gradientNorm: norm }),
            loss: result.loss,
          } satisfies Record<string, Scalar>);
        });
        if (objective.observe !== undefined && result.perExample !== undefined)
          memory = await objective.observe(inputs, [...(await result.perExample.data())], memory);
      } finally {
        disposeAll(owned);
      }

      const diverged = (what: string) =>
        invalid(
          'loss-not-finite',
          `${what} after step ${step} (learning rate ${rate}); ${lastGood === undefined ? 'there is no checkpoint to go back to' : `the last good checkpoint is of step ${lastGood}`}: lower the learning rate or clip the gradients`,
          Error,
        );
      const read = async () => {
        const sums = await losses.read();
        const sum = sums.sums.loss ?? Number.NaN;
        if (sums.count > 0 && !Number.isFinite(sum)) throw diverged(`the loss is ${sum}`);
        return sums;
      };
      const snapshot = async (): Promise<Checkpoint> => {
        const { count, sums } = await read();
        // JSON has no NaN: a metric that is none starts afresh.
        const pending = { count, sums: Object.fromEntries(Object.entries(sums).filter(([, sum]) => Number.isFinite(sum))) };
        const tensors = await readParameters(variables);
        for (const [name, { data }] of tensors) if (!data.every(Number.isFinite)) throw diverged(`${name} is not finite`);
        lastGood = step;
        return { step, key, tensors, history: [...history], pending, ...(memory === undefined ? {} : { memory }) };
      };

      let means: Readonly<Record<string, number>> | undefined;
      if (step % logEvery === 0 || step === steps) {
        const { count, sums } = await read();
        means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
        history.push({ step, loss: means.loss ?? Number.NaN });
        losses.restart();
      }
      if (checkpoint !== undefined && (step % checkpoint.every === 0 || step === steps)) await checkpoint.save(await snapshot());
      const { loss, ...metrics } = means ?? {};
      yield { step, steps, learningRate: rate, loss, metrics: means && metrics, history, snapshot };
    }
  } finally {
    disposeAll(state, await ahead?.catch(() => undefined));
    losses.dispose();
    await batches?.return?.();
  }
}

function prefixed(group: string, variables: Iterable<readonly [string, Variable]>): readonly (readonly [string, Variable])[] {
  return Array.from(variables, ([name, variable]) => [`${group}.${name}`, variable]);
}

function iterate<T>(source: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
