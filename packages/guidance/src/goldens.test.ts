/** Guidance against diffusers: on given arrays, on tensors, and along whole trajectories. */
import '@tensorflow/tfjs-backend-cpu';
import { clone, ones, setBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Denoiser, Parameterization } from '@tweedie/core';
import {
  describeGoldens,
  diffusersTrajectory,
  type GoldenCase,
  type GoldenHeader,
  type Json,
  mixtureOf,
  number,
  numbers,
  record,
  shape,
} from '@tweedie/goldens';
import cfg from '@tweedie/goldens/guidance/cfg.json' with { type: 'json' };
import { epsilon, v, x0 } from '@tweedie/parameterizations';
import { ddim } from '@tweedie/samplers';
import { combinePlain, forms, linearLogSnr, mixtureDenoiser, onTensors } from '@tweedie/testing';
import { beforeAll } from 'vitest';
import { classifierFree } from './classifier-free.js';
import { dynamicallyThresholded } from './dynamically-thresholded.js';
import type { Arithmetic } from './internal/arithmetic.js';
import { deviationMatched } from './internal/deviation-matched.js';
import { extrapolated } from './internal/extrapolated.js';
import { matchedDeviation } from './matched-deviation.js';

beforeAll(() => setBackend('cpu'));

const level = forms(linearLogSnr({ min: -8, max: 8 })).flow.level(0);
const array = (value: Json | undefined) => tensor(Float32Array.from(numbers(value)), [...shape(value)]);
const { tolerance } = cfg.header;
const [abs, rel, float32Abs] = [number(tolerance.abs), number(tolerance.rel), number(tolerance.float32_abs)];
// Where numbers are far above 1, float32 has its own distance between neighbours.
const float32 = { tolerance: { abs: float32Abs, rel: 2 ** -20 } };

// The denoiser answers with its condition, so that the estimates are the given arrays.
describeGoldens(
  'classifierFree and matchedDeviation',
  cfg,
  ({ cond, uncond, scale, guided, rescaled }) =>
    cond === undefined
      ? undefined
      : () => {
          const [y, none] = [array(cond), array(uncond)];
          const answering: Denoiser<Tensor> = (_, __, condition) => clone(condition);
          const alone = classifierFree({ scale: number(scale), without: none })(answering)(y, level, y);
          const matched = Object.entries(record(rescaled ?? {})).map(([amount, expected]) => {
            const correction = matchedDeviation({ prediction: x0(), amount: Number(amount) });
            const result = classifierFree({ scale: number(scale), without: none, correction })(answering)(y, level, y);
            return [amount, [result.dataSync(), expected]] as const;
          });
          return { guided: [alone.dataSync(), guided ?? null], ...Object.fromEntries(matched) };
        },
  float32,
);

describeGoldens(
  'dynamicallyThresholded',
  cfg,
  ({ thresholded, x0: estimate, dynamic_thresholding_ratio, sample_max_value }) =>
    thresholded === undefined
      ? undefined
      : () => {
          const x = array(estimate);
          const options = { ratio: number(dynamic_thresholding_ratio), max: number(sample_max_value) };
          const cut = dynamicallyThresholded(options)<undefined>((given) => clone(given));
          return { thresholded: [cut(x, level, undefined).dataSync(), thresholded] };
        },
  float32,
);

/** With a condition the denoiser knows the component. */
function exactPair(golden: GoldenCase, header: GoldenHeader) {
  const free = mixtureDenoiser(mixtureOf(golden, header));
  const known = mixtureDenoiser(mixtureOf(golden, header, { y: number(golden.y) }));
  return { free, known };
}

const predictions: Readonly<Record<string, Parameterization>> = { epsilon: epsilon(), v_prediction: v(), sample: x0() };

/** Float64, a sample at a time; a number for each sample is an array of one. */
const plain: Arithmetic<Float64Array> = {
  add: (a, b) => each(a, b, (p, q) => p + q),
  sub: (a, b) => each(a, b, (p, q) => p - q),
  mul: (a, b) => each(b, a, (p, q) => p * q),
  deviationRatio: (a, b) => Float64Array.of(deviation(a) / deviation(b)),
};
const each = (a: Float64Array, b: Float64Array | number, of: (p: number, q: number) => number) =>
  a.map((p, i) => of(p, typeof b === 'number' ? b : (b[b.length === 1 ? 0 : i] ?? Number.NaN)));
const deviation = (of: Float64Array) => {
  const mean = of.reduce((sum, value) => sum + value, 0) / of.length;
  return Math.sqrt(of.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (of.length - 1));
};

// In float64. The ratio of the deviations of two numbers amplifies rounding, along 50 steps up to ten-million-fold: no tensor could follow,
// and in float64 two orders of the same sums differ by 1e-8.
describeGoldens(
  'the formulas of both under ddim',
  cfg,
  (golden, header) => {
    if (golden.trajectory === undefined) return undefined;
    const { free, known } = exactPair(golden, header);
    const prediction = predictions[String(record(golden.scheduler_config).prediction_type ?? 'epsilon')];
    if (prediction === undefined) throw new TypeError('a model that predicts something else is not known');
    const [scale, amount] = [number(golden.scale), number(golden.guidance_rescale)];
    const size = shape(golden.start)
      .slice(1)
      .reduce((product, length) => product * length, 1);
    const told: number[] = [];
    const run = diffusersTrajectory(golden, header, ddim(), {
      denoiser(x, at) {
        const [none, given] = [free(x, at, undefined), known(x, at, undefined)];
        const { skip, target } = prediction(at);
        const denoised = Float64Array.from({ length: x.length / size }, (_, i) => i).reduce((all, i) => {
          const row = (of: Float64Array) => of.subarray(i * size, (i + 1) * size);
          const guided = extrapolated(plain, row(none), row(given), scale);
          all.set(deviationMatched(plain, { guided, plain: row(given), x: row(x) }, skip, amount), i * size);
          return all;
        }, new Float64Array(x.length));
        const noise = combinePlain([1 / at.sigma, x], [-at.alpha / at.sigma, denoised]);
        told.push(...combinePlain([target[0], denoised], [target[1], noise]));
        return denoised;
      },
    });
    return async () => ({ ...(await run()), ...(golden.guided_eps !== undefined && { guided: [told, golden.guided_eps] }) });
  },
  { tolerance: ({ guidance_rescale }) => ({ abs: guidance_rescale === 0 ? abs : float32Abs, rel }) },
);

// On tensors: with the condition 1 the denoiser knows the component, with 0 it does not.
describeGoldens(
  'classifierFree under ddim',
  cfg,
  (golden, header) => {
    if (golden.trajectory === undefined || golden.guidance_rescale !== 0) return undefined;
    const { free, known } = exactPair(golden, header);
    const denoiser: Denoiser<Tensor> = (x, at, y) =>
      onTensors((rows) => {
        const labels = y.dataSync();
        const [one, other] = [known(rows, at, undefined), free(rows, at, undefined)];
        return rows.map((_, i) => (labels[i >> 1] === 1 ? one : other)[i] ?? 0);
      })(x, at, undefined);
    const guided = classifierFree({ scale: number(golden.scale), without: tensor([[0]]) })(denoiser);
    return diffusersTrajectory(golden, header, ddim(), {
      denoiser: (x, at) => {
        const result = tidy(() => guided(tensor(Float32Array.from(x), [x.length / 2, 2]), at, ones([x.length / 2, 1])));
        return Float64Array.from(result.dataSync());
      },
    });
  },
  float32,
);
