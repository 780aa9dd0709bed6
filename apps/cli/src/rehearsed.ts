/** A new run's parts, tried together on a few examples before any work is done: a misfit is one line now and not a NaN in an hour. */
import { dispose } from '@tensorflow/tfjs-core';
import { invalid, key, sampleSteps, tensorsIn } from '@tweedie/core';
import { controlOf, gridOf, samplerOf } from './components.js';
import { sourceOf, type TrainingData } from './data.js';
import { learningRateOf } from './learning-rate.js';
import { type Loss, lossOf } from './loss.js';
import { buildModel, denoiserOf, type Model } from './model-spec.js';
import { namesModule } from './named-plugins.js';
import type { Settings } from './settings.js';

const EXAMPLES = 8;

/**
 * Makes every part of a run, places the levels of its samples, asks the network at the first of them, and evaluates one small batch.
 * @returns the settings, with a network of twice the outputs if the objective learns a variance
 * @throws Error (`parts-misfit`, `part-unused`, `loss-not-finite`); whatever a part throws
 */
export async function rehearsed(settings: Settings, data: TrainingData): Promise<Settings> {
  const { model, training } = settings;
  try {
    await rehearse(settings, data);
    return settings;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'channels-not-doubled' && !model.network.learnedVariance)
      return rehearsed({ ...settings, model: { ...model, network: { ...model.network, learnedVariance: true } } }, data);
    if (code !== undefined || !(error instanceof Error)) throw error;
    throw invalid(
      'parts-misfit',
      `\`--objective\` ${training.objective} cannot do with the other parts: ${error.message}`,
      Error,
    );
  }
}

async function rehearse({ model: spec, training, sampling }: Settings, data: TrainingData): Promise<void> {
  const { batch: size, accumulate } = training;
  if (accumulate > size) throw invalid('parts-too-many', `\`--accumulate\` must be at most --batch ${size}, got ${accumulate}`);
  learningRateOf(training.rate, { peak: training.learningRate, warmUp: 0, steps: 1 });
  const model = buildModel(spec, key(0));
  const [grid, sampler] = [gridOf(sampling.grid), samplerOf(sampling.sampler)];
  const [first = model.process.at(1)] = grid(model.process, sampling.steps);
  const loss = lossOf(training.objective, { ...model, ...training, data: sourceOf(data.spec) });
  const [batch] = data.batches({ size: EXAMPLES, key: key(0) });
  if (batch === undefined) return;
  const denoiser = denoiserOf(model, spec, training.objective);
  const denoised = denoiser(batch.x, first, batch.condition);
  const unproven = namesModule('sampler', sampling.sampler);
  if (sampling.control !== undefined || unproven) {
    const { process } = model;
    const control = sampling.control === undefined ? {} : { control: controlOf(sampling.control) };
    const run = { process, grid, sampler, steps: sampling.steps, ...control };
    // a first step may be from pure noise, and not asked for its error; a sampler of a module is tried to its last one
    for await (const { index } of sampleSteps({ ...run, denoiser, condition: batch.condition, start: batch.x, key: key(0) }))
      if (index === 1 && !unproven) break;
  }
  const inputs = await loss.objective.prepare(batch, key(0));
  const evaluation = loss.objective.evaluate(inputs);
  const value = (await evaluation.loss.data())[0] ?? Number.NaN;
  dispose([...model.network.parameters.values(), ...tensorsIn([batch, denoised, inputs, evaluation])]);
  expectUse(loss, training, model);
  if (!Number.isFinite(value))
    throw invalid(
      'loss-not-finite',
      `the loss is ${value} with ${spec.parameterization} on ${spec.schedule}: wrap the schedule in clamped(…, { min: -10, max: 10 })`,
      Error,
    );
}

/** An objective that leaves a part aside trains something else than was asked for. */
function expectUse({ asked }: Loss, { objective, ...parts }: Settings['training'], { process, parameterization }: Model): void {
  const names = asked();
  if (names.includes('diffused')) return;
  for (const part of ['weighting', 'times'] as const)
    if (parts[part] !== undefined && !names.includes(part))
      throw invalid('part-unused', `\`--${part}\` has no use for ${objective}, which has its own: leave it out`, Error);
  if (names.includes('parameterization')) return;
  const level = process.at(0.5);
  const [data, noise] = parameterization(level).target;
  if (Math.abs(level.alpha + level.sigma - 1) > 1e-9 || data !== -1 || noise !== 1)
    throw invalid(
      'part-unused',
      `${objective} learns a velocity: its samples need \`--process linearInterpolant --parameterization velocity\`, which are the default with it`,
      Error,
    );
}
