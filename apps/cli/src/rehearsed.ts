/** A new run's parts, tried together on a few examples before any work is done: a misfit is one line now and not a NaN in an hour. */
import { dispose } from '@tensorflow/tfjs-core';
import { invalid, key, tensorsIn } from '@tweedie/core';
import { gridOf, samplerOf } from './components.js';
import { sourceOf, type TrainingData } from './data.js';
import { lossOf } from './loss.js';
import { buildModel } from './model-spec.js';
import type { Settings } from './settings.js';

const EXAMPLES = 8;

/**
 * Makes every part of a run, places the levels of its samples, and evaluates one small batch.
 * @returns the settings, with a network of twice the outputs if the objective learns a variance
 * @throws RangeError (`part-unused`) for a weighting or times that the objective has no use for, (`loss-not-finite`); whatever a part throws
 */
export async function rehearsed(settings: Settings, data: TrainingData): Promise<Settings> {
  try {
    await rehearse(settings, data);
    return settings;
  } catch (error) {
    const { model } = settings;
    if (model.network.learnedVariance || !isCoded(error, 'channels-not-doubled')) throw error;
    return rehearsed({ ...settings, model: { ...model, network: { ...model.network, learnedVariance: true } } }, data);
  }
}

async function rehearse({ model: spec, training, sampling }: Settings, data: TrainingData): Promise<void> {
  const model = buildModel(spec, key(0));
  gridOf(sampling.grid)(model.process, sampling.steps);
  samplerOf(sampling.sampler);
  const { objective, asked } = lossOf(training.objective, { ...model, ...training, data: sourceOf(data.spec) });
  const [batch] = data.batches({ size: EXAMPLES, key: key(0) });
  if (batch === undefined) return;
  const inputs = await objective.prepare(batch, key(0));
  const evaluation = objective.evaluate(inputs);
  const loss = (await evaluation.loss.data())[0] ?? Number.NaN;
  dispose([...model.network.parameters.values(), ...tensorsIn([batch, inputs, evaluation])]);
  for (const part of ['weighting', 'times'] as const)
    if (training[part] !== undefined && !asked().includes(part))
      throw invalid('part-unused', `\`--${part}\` has no use for ${training.objective}, which has its own: leave it out`);
  if (!Number.isFinite(loss))
    throw invalid(
      'loss-not-finite',
      `the loss is ${loss} with ${spec.parameterization} on ${spec.schedule}: wrap the schedule in clamped(…, { min: -10, max: 10 })`,
    );
}

function isCoded(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
