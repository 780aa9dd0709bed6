/**
 * `--guide`: guidances of a denoiser by expressions over `@tweedie/guidance`, each around the one before. What only the run knows is
 * supplied where it is not written: `without` is the label of no class, the prediction of `matchedDeviation` the network's, `weak` a run
 * by its folder; and thresholds are those of pictures, from −1 to 1, and not of values with the data's mean taken away.
 */
import { add, clone, sub, Tensor, tensor1d, tidy, zeros } from '@tensorflow/tfjs-core';
import { type Denoiser, type Guidance, invalid } from '@tweedie/core';
import * as guidance from '@tweedie/guidance';
import { completed } from './completed.js';
import { part } from './components.js';
import type { DataSpec } from './data.js';
import { classesOf, type Model, type ModelSpec, sampleShape } from './model-spec.js';
import { noClass } from './objective.js';

/** What is to be guided. */
export interface Guided {
  readonly model: Model;
  readonly spec: ModelSpec;
  readonly data: DataSpec;
  /** Why there is no difference that a class makes, if there is none. */
  readonly unlabelled?: string | undefined;
}

/** What the command line asks of guidance. */
export interface GuideFlags {
  /** Scale of classifier-free guidance, the innermost. */
  readonly guidance?: number;
  /** Expressions, from the inside to the outside. */
  readonly guide?: readonly string[];
}

/** A guidance that may hold tensors and other models. */
export interface Guide {
  readonly guidance: Guidance<Tensor>;
  /** Loads the weak models that it asks; until then they answer with what they are asked about. */
  load(weak: (path: string) => Promise<Denoiser<Tensor>>): Promise<void>;
  dispose(): void;
}

/**
 * The guidance that `--guide` describes, each tried on one sample; that of `--guidance` is left to the settings.
 * @throws as `evaluate`; RangeError (`class-missing`, `label-unknown`, `option-missing`); TypeError (`guide-invalid`)
 */
export function guideOf({ guidance: scale = 1, guide: texts = [] }: GuideFlags, guided: Guided): Guide {
  if (scale !== 1) expectClass('--guidance', guided);
  const weak = new Map<string, Denoiser<Tensor>>();
  const kept: Tensor[] = [];
  try {
    const reading = { scope: scopeOf(guided, weak, kept) };
    const each = texts.map((text) => {
      const made = part('guide', text, reading, isGuidance);
      tried(text, made, guided);
      return made;
    });
    return {
      guidance: (denoiser) => each.reduce((inner, around) => around(inner), denoiser),
      async load(open) {
        for (const path of weak.keys()) weak.set(path, await open(path));
      },
      dispose: () => disposeAll(kept),
    };
  } catch (error) {
    disposeAll(kept);
    throw error;
  }
}

function scopeOf(guided: Guided, weak: Map<string, Denoiser<Tensor>>, kept: Tensor[]) {
  const { model, spec, data } = guided;
  const classes = classesOf(spec.network);
  const held = (tensor: Tensor) => {
    kept.push(tensor);
    return tensor;
  };
  /** A factory of a guidance by a condition, or by another model, which must be told how strong it is. */
  const strong = (name: string, factory: (options: never) => unknown, known: () => object) => (given: object) => {
    if (given === undefined || !('scale' in given))
      throw invalid('option-missing', `\`--guide\`: ${name} needs a scale, as in ${name}({ scale: 3 })`);
    return completed(factory, known())(given);
  };
  const byClass = (name: string, factory: (options: never) => unknown) =>
    strong(name, factory, () => {
      expectClass(`--guide ${name}`, guided);
      return { without: held(noClass(classes)) };
    });
  const mean = 'mean' in data ? data.mean : 0;
  return {
    classifierFree: byClass('classifierFree', guidance.classifierFree),
    adaptiveProjected: byClass('adaptiveProjected', guidance.adaptiveProjected),
    autoguidance: (given: { readonly weak?: unknown }) => {
      const path = given?.weak;
      if (typeof path !== 'string')
        throw invalid(
          'option-missing',
          '`--guide`: autoguidance needs a weak model, as in autoguidance({ scale: 2, weak: "runs/early" })',
        );
      weak.set(path, (x) => clone(x));
      const ask: Denoiser<Tensor> = (...asked) => (weak.get(path) ?? clone)(...asked);
      const named = new Proxy(given, { get: (target, name) => (name === 'weak' ? ask : Reflect.get(target, name)) });
      return strong('autoguidance', guidance.autoguidance, () => ({}))(named);
    },
    interval: guidance.interval,
    cfgPlusPlus: guidance.cfgPlusPlus,
    matchedDeviation: completed(guidance.matchedDeviation, { prediction: model.parameterization }),
    thresholded: (options?: object) => ofPictures(guidance.thresholded(options), mean),
    dynamicallyThresholded: (options?: object) => ofPictures(guidance.dynamicallyThresholded(options), mean),
    label: (k: unknown) => {
      if (!(typeof k === 'number' && Number.isInteger(k) && k >= 0 && k < classes))
        throw invalid('label-unknown', `\`--guide\`: label must be of a class from 0 to ${classes - 1}, got ${k}`);
      return held(tensor1d([k], 'int32'));
    },
  };
}

function expectClass(what: string, { unlabelled }: Guided): void {
  if (unlabelled !== undefined)
    throw invalid('class-missing', `\`${what}\` is by the difference that a class makes, but ${unlabelled}`);
}

/** A guidance that reads its estimates as pictures. */
function ofPictures(around: Guidance<Tensor>, mean: number): Guidance<Tensor> {
  return (denoiser) => {
    const pictures = around((...asked) => tidy(() => add(denoiser(...asked), mean)));
    return (...asked) => tidy(() => sub(pictures(...asked), mean));
  };
}

function isGuidance(value: unknown): value is Guidance<Tensor> {
  if (typeof value !== 'function') return false;
  try {
    return typeof value((x: Tensor) => clone(x)) === 'function';
  } catch {
    return false; // a scale or a correction
  }
}

/** Asks for one guided estimate, so that what cannot be is one line before the sampling. */
function tried(text: string, around: Guidance<Tensor>, { model, spec }: Guided): void {
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

function disposeAll(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}
