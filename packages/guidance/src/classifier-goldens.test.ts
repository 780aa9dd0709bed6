/** guided-diffusion's two ways of classifier guidance: its numbers in float64, and the guidance itself on tensors in float32. */
import '@tensorflow/tfjs-backend-cpu';
import { fill, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Moment, type NoiseLevel, posterior } from '@tweedie/core';
import { gaussianMixture, mixtureDenoiser as mixtureDenoiserOnTensors } from '@tweedie/data';
import {
  describeGoldens,
  float32Tolerance,
  type GoldenCase,
  type GoldenDenoiser,
  type GoldenHeader,
  improvedDiffusionLevels,
  improvedDiffusionTrajectory,
  levelOf,
  mixtureOf,
  number,
  numbers,
  record,
  text,
} from '@tweedie/goldens';
import peer from '@tweedie/goldens/guidance/classifier.json' with { type: 'json' };
import { ddim, ddpm } from '@tweedie/samplers';
import { mixtureDenoiser, mixtureShareGradient } from '@tweedie/testing';
import { exactClassifier } from '../test/exact-classifier.js';
import { classifier } from './classifier.js';
import { meanShift, scoreShift } from './classifier-shift.js';

/** What the peer's method is made of: a sampler, and where the gradient goes. */
const methods = {
  p_sample: { sampler: ddpm, shift: meanShift() },
  ddim_sample: { sampler: ddim, shift: scoreShift },
} as const;

function methodOf(golden: GoldenCase) {
  const method = text(golden.method);
  if (method === 'p_sample' || method === 'ddim_sample') return methods[method];
  throw new Error(`the peer has no method ${method}`);
}

/** The exact parts of a case in float64. */
function exactly(golden: GoldenCase, header: GoldenHeader) {
  const mixture = mixtureOf(golden, header);
  const [estimate, gradient, scale] = [
    mixtureDenoiser(mixture),
    mixtureShareGradient(mixture, number(golden.y)),
    number(golden.classifier_scale),
  ];
  return {
    estimate: (x: Float64Array, level: NoiseLevel) => estimate(x, level, undefined),
    gradient: (x: Float64Array, level: NoiseLevel) => gradient(x, level).map((each) => scale * each),
  };
}

describeGoldens('classifier guidance', peer, (golden, header) => {
  const { sampler, shift } = methodOf(golden);
  const { estimate, gradient } = exactly(golden, header);
  const sum = (a: Float64Array, share: number, b: Float64Array) => a.map((each, i) => each + share * (b[i] ?? Number.NaN));
  const denoiser: GoldenDenoiser = (x, level, moment) => sum(estimate(x, level), shift(level, moment), gradient(x, level));
  return async () => {
    const single = record(golden.single_step);
    const levels = [levelOf(1, 0), ...improvedDiffusionLevels(golden)];
    const index = number(single.index);
    const [to = levelOf(1, 0), from = levelOf(0, 1)] = levels.slice(index);
    const step = posterior(from, to);
    const x = numbers(single.x);
    const [x0, slope] = [estimate(x, from), gradient(x, from)];
    const mean = (estimated: Float64Array) =>
      sum(
        estimated.map((each) => step.x0 * each),
        step.x,
        x,
      );
    const [byMean, byScore] = [sum(x0, meanShift()(from, { to }), slope), sum(x0, scoreShift(from), slope)];
    return {
      ...(await improvedDiffusionTrajectory(golden, header, sampler(), { denoiser })()),
      mean: [mean(x0), single.mean ?? null],
      variance: [x.map(() => step.variance), single.variance ?? null],
      pred_xstart: [x0, single.pred_xstart ?? null],
      cond_grad: [slope, single.cond_grad ?? null],
      condition_mean: [mean(byMean), single.condition_mean ?? null],
      condition_score_mean: [mean(byScore), single.condition_score_mean ?? null],
      condition_score_pred_xstart: [byScore, single.condition_score_pred_xstart ?? null],
    };
  };
});

describeGoldens(
  'classifier guidance on tensors',
  peer,
  (golden, header) => {
    const { sampler, shift } = methodOf(golden);
    const { weights, means, covariances } = mixtureOf(golden, header);
    const mixture = gaussianMixture({
      weights,
      means,
      covariances: covariances.map(([xx, xy, yy]) => [
        [xx, xy],
        [xy, yy],
      ]),
    });
    const guidance = classifier({
      scale: number(golden.classifier_scale),
      logProbability: exactClassifier(mixture),
      shift,
      told: () => undefined,
    });
    const guided = guidance(mixtureDenoiserOnTensors(mixture));
    const denoiser = (x: Float64Array, level: NoiseLevel, moment?: Moment<Float64Array>) => {
      const ahead = moment && { ...moment, note: () => undefined, recall: () => undefined };
      return Float64Array.from(
        tidy(() => {
          const labels = fill([x.length / 2], number(golden.y), 'int32');
          return guided(tensor(Float32Array.from(x), [x.length / 2, 2]), level, labels, ahead).dataSync();
        }),
      );
    };
    return improvedDiffusionTrajectory(golden, header, { tensors: sampler() }, { denoiser });
  },
  { tolerance: float32Tolerance },
);
