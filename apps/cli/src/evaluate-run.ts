/** How good a finished run's samples are. */
import { invalid, type Key, key, split } from '@tweedie/core';
import { permutation } from '@tweedie/data';
import { type FeatureRows, rowsAt } from '@tweedie/evaluation';
import { type ClassifierOptions, judgeOf } from './classifiers.js';
import { type Distances, distancesTo, type Nearness, nearness, type Share, share } from './comparison.js';
import { classNamesOf, sourceOf } from './data.js';
import { drawSamples, type SamplingSettings } from './draw-samples.js';
import { classesRead, coarseFeatures, type ImageShape, judgedFeatures } from './features.js';
import { classesOf, type Model } from './model-spec.js';
import { imageRows, realImages } from './real-images.js';
import type { Run, RunFolder } from './run-file.js';

/** What is drawn, and how. */
export interface EvaluationOptions extends ClassifierOptions {
  /** Samples to draw. */
  readonly n: number;
  readonly seed: number;
  readonly settings: SamplingSettings;
}

/** What came out; distances are between features, or between points. */
export interface Evaluation {
  /** Samples that the judge reads as the class that they were drawn as, and what it makes of held-out images. */
  readonly accuracy?: Share & { readonly judge: number };
  readonly distances: {
    readonly features: string;
    /** How many in each of the two sets. */ readonly compared: number;
    /** How many in the set that both are compared with. */ readonly reference: number;
    readonly samples: Distances;
    readonly real: Distances;
  };
  readonly copies?: { readonly training: number; readonly pixels: Nearness; readonly features: Nearness };
}

const REFERENCE = 5000;
const LEAST = 20; // for the standard errors

/**
 * Draws samples, and compares them with real ones.
 * @throws RangeError (`images-too-few`); as `judgeOf`, `realImages` and `drawSamples`
 */
export async function evaluateRun(folder: RunFolder, run: Run, model: Model, options: EvaluationOptions): Promise<Evaluation> {
  const { n, seed, settings, engine, signal } = options;
  const judge = classNamesOf(run.data).length > 0 ? await judgeOf(folder, run, options) : undefined;
  const draw = async (labels: Int32Array): Promise<FeatureRows> => {
    const network = engine.network(model.network);
    const { values } = await drawSamples({ ...model, network }, run, settings, labels, seed, { ...(signal && { signal }) });
    return { values, columns: values.length / n };
  };
  const source = sourceOf(run.data);
  if (source !== undefined) {
    const [first, second] = split(key(seed)) as [Key, Key];
    const points = (from: Key, count: number) => ({ values: source.points(from, count), columns: source.dimensions });
    return { distances: compared('coordinates', await draw(new Int32Array(n)), points(first, n), points(second, REFERENCE)) };
  }

  const { training, heldOut } = await realImages(run.data);
  const count = Math.min(n, Math.floor(heldOut.size / 2));
  if (count < LEAST)
    throw invalid(
      'images-too-few',
      `two sets of ${LEAST} images must be held out, a tenth of all, got ${heldOut.size}: add images`,
    );
  const order = permutation(key(0), heldOut.size); // they may be sorted, and a part of them must be like the rest
  // Classes as they come in real images: as many of each would make the samples of a block less alike than those of chance.
  const labels = Int32Array.from({ length: n }, (_, i) => heldOut.labels[order[i % heldOut.size] ?? 0] ?? 0);
  const samples = await draw(labels);
  const shape: ImageShape = [heldOut.height, heldOut.width, heldOut.channels];
  const sight = judge && engine.network(judge.features);
  const see = (images: FeatureRows) => (sight ? judgedFeatures(sight, images, shape) : coarseFeatures(images, shape));
  const [known, fresh] = [imageRows(training), rowsAt(imageRows(heldOut), order)];
  const [seenSamples, seenKnown, seenFresh] = [await see(samples), await see(known), await see(fresh)];
  const [some, rest] = [range(0, count), range(count, Math.min(heldOut.size, count + REFERENCE))];
  const right = judge && (await classesRead(judge, seenSamples)).filter((label, i) => label === labels[i]).length;
  return {
    ...(judge &&
      right !== undefined &&
      classesOf(run.model.network) > 0 && { accuracy: { ...share(right, n), judge: judge.accuracy } }),
    distances: compared(
      judge ? 'features of the judge' : 'coarse pictures',
      rowsAt(seenSamples, range(0, count)),
      rowsAt(seenFresh, some),
      rowsAt(seenFresh, rest),
    ),
    copies: {
      training: training.size,
      pixels: await nearness(samples, rowsAt(fresh, some), known),
      features: await nearness(seenSamples, rowsAt(seenFresh, some), seenKnown),
    },
  };
}

function compared(features: string, samples: FeatureRows, real: FeatureRows, reference: FeatureRows): Evaluation['distances'] {
  const [count, others] = [real, reference].map(({ values, columns }) => values.length / columns) as [number, number];
  const measure = distancesTo(reference);
  return { features, compared: count, reference: others, samples: measure(samples), real: measure(real) };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
