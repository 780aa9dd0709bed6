/**
 * `--guide`: guidances of a denoiser by expressions over `@tweedie/guidance`, each around the one before. What only the run knows is
 * supplied where it is not written: the label of no class as `without`, the network's prediction for `matchedDeviation`, a model for the
 * folder that `weak` names, a classifier that knows noise; and thresholds are those of pictures, from −1 to 1, not of values with the
 * data's mean taken away.
 */
import { add, clone, sub, sum, Tensor, type Tensor1D, tensor1d, tidy, zeros } from '@tensorflow/tfjs-core';
import { type Denoiser, type Guidance, invalid, type NoiseLevel } from '@tweedie/core';
import * as guidance from '@tweedie/guidance';
import { completed } from './completed.js';
import { part, tried } from './components.js';
import type { DataSpec } from './data.js';
import type { DrawnBy } from './draw-samples.js';
import { classesOf, type Model, type ModelSpec, sampleShape } from './model-spec.js';
import { noClass } from './objective.js';

/** What is to be guided. */
export interface Guided {
  readonly model: Model;
  readonly spec: ModelSpec;
  readonly data: DataSpec;
  /** Why there is no class to guide to, if there is none. */
  readonly unlabelled?: string | undefined;
}

/** What the command line asks of guidance. */
export interface GuideFlags {
  /** Scale of classifier-free guidance, the innermost. */
  readonly guidance?: number;
  /** Expressions, from the inside to the outside. */
  readonly guide?: readonly string[];
}

/** `ln p(y | x_t)` of labels. */
export type LogProbability = (x: Tensor, level: NoiseLevel, labels: Tensor) => Tensor1D;

/** Other models that guidances ask. */
export interface Advisers {
  readonly weak: (path: string) => Promise<Denoiser<Tensor>>;
  readonly classifier: () => Promise<LogProbability>;
}

/** A guidance that may hold tensors and other models. */
export interface Guide {
  /** What samples are drawn by, guided. */
  readonly changed: (usual: DrawnBy) => DrawnBy;
  /** Opens the models that it asks; until then others stand in for them. */
  open(advisers: Advisers): Promise<void>;
  dispose(): void;
}

/** What becomes of the names in expressions when a guide is opened, and what it holds. */
interface Held {
  readonly weak: Map<string, Denoiser<Tensor>>;
  classifier?: LogProbability;
  readonly tensors: Tensor[];
}

type Factory = (options: never) => unknown;

/**
 * The guidance that `--guide` describes, each tried on one sample; that of `--guidance` is left to the settings.
 * @throws as `evaluate`; RangeError (`class-missing`, `label-unknown`, `option-missing`); TypeError (`guide-invalid`)
 */
export function guideOf({ guidance: scale = 1, guide: texts = [] }: GuideFlags, guided: Guided): Guide {
  if (scale !== 1) expectClass('--guidance', guided);
  const held: Held = { weak: new Map(), tensors: [] };
  const dispose = () => {
    for (const tensor of held.tensors) tensor.dispose();
  };
  try {
    const reading = { scope: scopeOf(guided, held) };
    const each = texts.map((text) => {
      const made = part('guide', text, reading, isGuidance);
      expectEstimate(text, made, guided);
      return made;
    });
    return {
      changed: ({ denoiser, ...usual }) => ({ ...usual, denoiser: each.reduce((inner, around) => around(inner), denoiser) }),
      async open({ weak, classifier }) {
        for (const path of held.weak.keys()) held.weak.set(path, await weak(path));
        if (held.classifier !== undefined) held.classifier = await classifier();
      },
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

function scopeOf(guided: Guided, held: Held) {
  const { model, spec, data } = guided;
  const classes = classesOf(spec.network);
  const mean = 'mean' in data ? data.mean : 0;
  const keep = (tensor: Tensor) => {
    held.tensors.push(tensor);
    return tensor;
  };
  const byClass = (name: string, factory: Factory, known: () => object) => (given?: object) => {
    expectClass(`--guide ${name}`, guided);
    expectScale(name, given);
    return completed(factory, known())(given);
  };
  const without = () => ({ without: keep(noClass(classes)) });
  return {
    classifierFree: byClass('classifierFree', guidance.classifierFree, without),
    adaptiveProjected: byClass('adaptiveProjected', guidance.adaptiveProjected, without),
    classifier: byClass('classifier', guidance.classifier, () => {
      held.classifier = (x) => sum<Tensor1D>(x, x.shape.map((_, i) => i).slice(1));
      return { logProbability: (...asked: Parameters<LogProbability>) => held.classifier?.(...asked) };
    }),
    autoguidance(given?: object) {
      const path: unknown = given && Reflect.get(given, 'weak');
      if (typeof path !== 'string')
        throw missing('autoguidance', 'a weak model', 'autoguidance({ scale: 2, weak: "runs/early" })');
      expectScale('autoguidance', given);
      held.weak.set(path, (x) => clone(x));
      const weak: Denoiser<Tensor> = (...asked) => (held.weak.get(path) ?? clone)(...asked);
      return completed(guidance.autoguidance, given ?? {})({ weak });
    },
    interval: guidance.interval,
    cfgPlusPlus: guidance.cfgPlusPlus,
    matchedDeviation: completed(guidance.matchedDeviation, { prediction: model.parameterization }),
    thresholded: (options?: object) => ofPictures(guidance.thresholded(options), mean),
    dynamicallyThresholded: (options?: object) => ofPictures(guidance.dynamicallyThresholded(options), mean),
    label(k: unknown) {
      if (!(typeof k === 'number' && Number.isInteger(k) && k >= 0 && k < classes))
        throw invalid('label-unknown', `\`--guide\`: label must be of a class from 0 to ${classes - 1}, got ${k}`);
      return keep(tensor1d([k], 'int32'));
    },
  };
}

/** A guidance that reads its estimates as pictures. */
function ofPictures(around: Guidance<Tensor>, mean: number): Guidance<Tensor> {
  return (denoiser) => {
    const pictures = around((...asked) => tidy(() => add(denoiser(...asked), mean)));
    return (...asked) => tidy(() => sub(pictures(...asked), mean));
  };
}

function expectClass(what: string, { unlabelled }: Guided): void {
  if (unlabelled !== undefined) throw invalid('class-missing', `\`${what}\` guides to a class, but ${unlabelled}`);
}

function expectScale(name: string, given: object = {}): void {
  const scale: unknown = Reflect.get(given, 'scale');
  if (typeof scale !== 'number' && typeof scale !== 'function') throw missing(name, 'a scale', `${name}({ scale: 3 })`);
}

function missing(name: string, what: string, example: string): Error {
  return invalid('option-missing', `\`--guide\`: ${name} needs ${what}, as in ${example}`);
}

/** A scale or a correction is none, though a function. */
function isGuidance(value: unknown): value is Guidance<Tensor> {
  return typeof tried(value, clone) === 'function';
}

/** Asks for one guided estimate, so that what cannot be is one line before the sampling. */
function expectEstimate(text: string, around: Guidance<Tensor>, { model, spec }: Guided): void {
  const [from, to] = [model.process.at(0.5), model.process.at(0.4)];
  const moment = { from, to, index: 0, count: 1, note: () => {}, recall: () => undefined };
  try {
    tidy(() => {
      const x = zeros([1, ...sampleShape(spec.network)]);
      const estimate: unknown = around((asked) => clone(asked))(x, from, tensor1d([0], 'int32'), moment);
      if (!(estimate instanceof Tensor)) throw new TypeError('it gives no estimate; a part of it may lack its ()');
    });
  } catch (error) {
    if (!(error instanceof Error) || 'code' in error) throw error;
    throw invalid('guide-invalid', `\`--guide\` cannot be ${text}: ${error.message}`, TypeError);
  }
}
