/** What samples of a run are drawn with: its denoiser, guided. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Denoiser } from '@tweedie/core';
import { classifierFree } from '@tweedie/guidance';
import type { SampledRun, SamplingSettings } from './draw-samples.js';
import { classesOf, denoiserOf, type Model } from './model-spec.js';
import { noClass } from './objective.js';

/** A denoiser that is told labels, and the end of what it holds. */
export interface GuidedDenoiser {
  readonly denoiser: Denoiser<Tensor>;
  dispose(): void;
}

/** The denoiser of `model` under the guidance of `settings`; without classes it passes labels over and is not guided. */
export function guidedDenoiser(model: Model, { model: spec, training }: SampledRun, settings: SamplingSettings): GuidedDenoiser {
  const plain = denoiserOf(model, spec, training.objective);
  const classes = classesOf(spec.network);
  if (classes === 0) return { denoiser: (x, level, _, moment) => plain(x, level, undefined, moment), dispose() {} };
  const without = noClass(classes);
  return { denoiser: classifierFree({ scale: settings.guidance, without })(plain), dispose: () => without.dispose() };
}
