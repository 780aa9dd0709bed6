/**
 * The two classifiers of a run's images: a judge of clean ones, whom no guidance ever follows, and one that knows noise, to guide by.
 */
import { type ForwardProcess, invalid, key, type Network } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { classification, fixedTime } from '@tweedie/losses';
import { noisyClassifier } from '@tweedie/networks';
import { x0 } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { cachedClassifier } from './cached-classifier.js';
import { classNamesOf, type DataSpec } from './data.js';
import type { Engine } from './engines.js';
import { type Judge, judge } from './judge.js';
import { type Model, sampleShape } from './model-spec.js';
import { realImages } from './real-images.js';
import type { Run, RunFolder } from './run-file.js';

/** How classifiers are trained. */
export interface ClassifierOptions {
  readonly engine: Engine;
  /** Updates of the training; default 2,000. */
  readonly steps?: number;
  readonly signal?: AbortSignal;
}

const STEPS = 2000;
const CLEAN: ForwardProcess = variancePreserving(clamped(cosine(), { min: -20, max: 20 }));

/**
 * The judge of a run's images, `judge.safetensors`, as it is or trained now.
 * @returns with the share of held-out images that it reads rightly
 * @throws RangeError (`classes-missing`), and as {@link cachedClassifier}
 */
export async function judgeOf(
  folder: RunFolder,
  { data, model }: Pick<Run, 'data' | 'model'>,
  { engine, steps = STEPS, signal }: ClassifierOptions,
): Promise<Judge & { readonly accuracy: number }> {
  const { image, classes } = imagesOf(data, model);
  const network = judge({ image, classes, key: key(0) });
  const objective = classification({ network, process: CLEAN, parameterization: x0(), times: fixedTime(0) });
  const trainee = { file: 'judge.safetensors', what: 'a judge of the images', objective, mean: 0, steps, origin: data } as const;
  const accuracy = await cachedClassifier(folder, () => realImages(data), trainee, engine, signal);
  return { ...network, accuracy };
}

/**
 * A classifier that knows the noise of a run's model, `noisy-classifier.safetensors`, as it is or trained now; it gives logits, and
 * `logProbability(network, model.parameterization)` reads them.
 * @throws as {@link judgeOf}
 */
export async function noisyClassifierOf(
  folder: RunFolder,
  { data, model: spec }: Pick<Run, 'data' | 'model'>,
  { process, parameterization }: Pick<Model, 'process' | 'parameterization'>,
  { engine, steps = STEPS, signal }: ClassifierOptions,
): Promise<Network> {
  const { image, classes, mean } = imagesOf(data, spec);
  const network = noisyClassifier({ image, classes, key: key(0) });
  const objective = classification({ network, process, parameterization });
  const { network: _, ...noising } = spec;
  const origin = { data, noising };
  const what = 'a classifier of noisy images';
  const trainee = { file: 'noisy-classifier.safetensors', what, objective, mean, steps, origin } as const;
  await cachedClassifier(folder, () => realImages(data), trainee, engine, signal);
  return network;
}

function imagesOf(data: DataSpec, { network }: Run['model']) {
  const classes = classNamesOf(data).length;
  const [height, width, channels] = sampleShape(network);
  if (classes === 0 || height === undefined || width === undefined || channels === undefined || !('mean' in data))
    throw invalid('classes-missing', 'a classifier needs images of several classes, and this run has none');
  return { classes, image: [height, width, channels] as const, mean: data.mean };
}
