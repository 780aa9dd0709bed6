/** Every weighting, schedule, process and parameterisation that the tests combine: a new one is a line here. */
import type { ForwardProcess, NoiseSchedule, Parameterization, Weighting } from '@tweedie/core';
import {
  linearInterpolant,
  subVariancePreserving,
  trigonometric,
  varianceExploding,
  variancePreserving,
} from '@tweedie/forward-process';
import {
  cosMap,
  edm,
  edmMonotone,
  elbo,
  fmOt,
  iddpmCosine,
  indi,
  likelihood,
  logitNormal,
  minSnr,
  mode,
  p2,
  sigmoid,
  simple,
  softMinSnr,
  step,
  truncatedSnr,
  unweighted,
} from '@tweedie/losses';
import { edm as edmOutput, epsilon, score, v, velocity, x0 } from '@tweedie/parameterizations';
import {
  clamped,
  cosine,
  cosineBetas,
  edm as edmSchedule,
  exponential,
  fromBetas,
  geometric,
  laplace,
  linearAlpha,
  linearBeta,
  linearBetas,
  linearLogSnr,
  polynomial,
  rectifiedFlow,
  scaledLinearBeta,
  shifted,
  sigmoid as sigmoidSchedule,
  zeroTerminalSnr,
} from '@tweedie/schedules';

export const parameterizations: Readonly<Record<string, Parameterization>> = {
  epsilon: epsilon(),
  x0: x0(),
  v: v(),
  velocity: velocity(),
  score: score(),
  edm: edmOutput(),
};

/** Weightings given per log-SNR: one objective on every schedule. */
export const perLogSnrWeightings: Readonly<Record<string, Weighting>> = {
  elbo: elbo(),
  likelihood: likelihood(),
  sigmoid: sigmoid(),
  'sigmoid, bias -3': sigmoid({ bias: -3 }),
  step: step({ threshold: 1 }),
  iddpmCosine: iddpmCosine(),
  edm: edm(),
  'edm, wide': edm({ sigmaData: 1, mean: -0.6, deviation: 2 }),
  edmMonotone: edmMonotone(),
  fmOt: fmOt(),
  'fmOt, logit-normal': fmOt(logitNormal()),
  'fmOt, mode': fmOt(mode()),
  'fmOt, cosMap': fmOt(cosMap()),
  indi: indi(),
};

export const weightings: Readonly<Record<string, Weighting>> = {
  ...perLogSnrWeightings,
  simple: simple(),
  truncatedSnr: truncatedSnr(),
  minSnr: minSnr(),
  softMinSnr: softMinSnr(),
  p2: p2(),
  'p2, gamma 0.5': p2({ gamma: 0.5, k: 0.1 }),
  ...Object.fromEntries(Object.entries(parameterizations).map(([name, each]) => [`unweighted ${name}`, unweighted(each)])),
};

export const schedules: Readonly<Record<string, NoiseSchedule>> = {
  cosine: cosine(),
  'cosine, shifted': shifted(cosine(), 0.25),
  linearBeta: linearBeta(),
  sigmoid: sigmoidSchedule(),
  geometric: geometric(),
  rectifiedFlow: rectifiedFlow(),
  scaledLinearBeta: scaledLinearBeta(),
  laplace: laplace(),
  exponential: exponential(),
  edm: edmSchedule(),
  linearLogSnr: linearLogSnr(),
  linearAlpha: linearAlpha(),
  polynomial: polynomial(),
  'linear betas': fromBetas(linearBetas()),
  'cosine betas, zero terminal': fromBetas(zeroTerminalSnr(cosineBetas())),
  'cosine, clamped': clamped(cosine(), { min: -10, max: 10 }),
};

export const processes: Readonly<Record<string, (schedule: NoiseSchedule) => ForwardProcess>> = {
  variancePreserving,
  varianceExploding,
  subVariancePreserving,
  linearInterpolant,
  trigonometric,
};

/** Schedules with the same two ends. */
export const between = (min: number, max: number): Readonly<Record<string, NoiseSchedule>> => ({
  cosine: clamped(cosine(), { min, max }),
  linearBeta: clamped(linearBeta(), { min, max }),
  geometric: geometric({ sigmaMin: Math.exp(-max / 2), sigmaMax: Math.exp(-min / 2) }),
  rectifiedFlow: clamped(rectifiedFlow(), { min, max }),
  sigmoid: clamped(sigmoidSchedule(), { min, max }),
});

/** Nodes of the midpoint rule on (0, 1). */
export function midpoints(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => (i + 0.5) / count);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean squared ε error at a log-SNR of the estimate `ε̂ = 0.8·x_t` for data N(0, 0.6²) under the variance preserving process. */
export function gaussianError(logSnr: number): number {
  const variance = 1 / (1 + Math.exp(logSnr));
  return (0.8 * Math.sqrt(variance) - 1) ** 2 + 0.8 ** 2 * (1 - variance) * 0.6 ** 2;
}
