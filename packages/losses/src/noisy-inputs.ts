/**
 * What a network is given and trained towards at given noise levels: `x_t = α·x0 + σ·ε` with its target `a·x0 + b·ε` and the
 * weight that turns the squared error of the network's output into the weighted squared error of ε,
 *
 *     w·(α/(b·α − a·σ))²
 *
 * Kingma & Gao 2023 (arXiv 2303.00848), eq. 10 and appendix D. The weight is taken at log-SNR clamped to ±50: beyond, it may be
 * 0·∞.
 */
import { type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type ForwardProcess, invalid, type NoiseLevel, type Parameterization, undefinedAt, type Weighting } from '@tweedie/core';
import { mixed } from './internal/per-sample.js';
import { LARGEST } from './internal/weighed-range.js';

/** What a network is trained on; the weighting defaults to 1 on the squared ε error per unit of time. */
export interface Training {
  readonly process: ForwardProcess;
  readonly parameterization: Parameterization;
  readonly weighting?: Weighting;
}

/** Tensors of a batch, each with the batch as first axis. */
export interface NoisyInputs {
  /** The network's input, `in·x_t`, of the shape of the data. */
  readonly x: Tensor;
  /** What the network is told of the noise level. */
  readonly noise: Tensor1D;
  /** What the network's output is trained towards, of the shape of the data. */
  readonly target: Tensor;
  /** Weight on the mean squared error of each sample. */
  readonly weight: Tensor1D;
}

/** All numbers of one sample: network input `in·x_t`, target and weight, as coefficients of its data and its noise. */
export interface Coefficients {
  readonly x: readonly [x0: number, epsilon: number];
  readonly noise: number;
  readonly target: readonly [x0: number, epsilon: number];
  readonly weight: number;
}

/**
 * What makes input, target and weight of a sample at a level, in float64.
 * @throws RangeError (`parameterization-undefined`) where input or target have no finite value, as the score on clean data
 */
export function coefficients(training: Training, level: NoiseLevel): Coefficients {
  const { in: scale, noise, target } = training.parameterization(level);
  const [dataTarget, noiseTarget] = target;
  if (!(Number.isFinite(dataTarget) && Number.isFinite(noiseTarget) && Number.isFinite(level.sigma * scale)))
    throw undefinedAt(level, { in: scale, sigma: level.sigma, 'target of x0': dataTarget, 'target of noise': noiseTarget });
  return { x: [level.alpha * scale, level.sigma * scale], noise, target, weight: networkWeight(training, level) };
}

/**
 * Inputs and targets for a batch at given levels; pure.
 * @param x0 data, `[batch, …]`
 * @param epsilon standard normals of the same shape
 * @param levels one per sample
 * @throws RangeError (`batch-mismatch`) if the batch sizes differ, (`parameterization-undefined`) as {@link coefficients}
 */
export function noisyInputs(training: Training, x0: Tensor, epsilon: Tensor, levels: readonly NoiseLevel[]): NoisyInputs {
  const [batch] = x0.shape;
  if (batch !== levels.length || epsilon.shape[0] !== batch)
    throw invalid(
      'batch-mismatch',
      `data, noise and levels must be equally many, got ${batch}, ${epsilon.shape[0]} and ${levels.length}`,
    );
  // typed arrays, filled in one pass: this is on the path of every step
  const numbers = (): Float32Array => new Float32Array(levels.length);
  const [dataIn, noiseIn, told, dataTarget, noiseTarget, weight] = [
    numbers(),
    numbers(),
    numbers(),
    numbers(),
    numbers(),
    numbers(),
  ];
  for (const [i, level] of levels.entries()) {
    const at = coefficients(training, level);
    [dataIn[i], noiseIn[i]] = at.x;
    told[i] = at.noise;
    [dataTarget[i], noiseTarget[i]] = at.target;
    weight[i] = at.weight;
  }
  return tidy(() => ({
    x: mixed([dataIn, x0], [noiseIn, epsilon]),
    noise: tensor1d(told),
    target: mixed([dataTarget, x0], [noiseTarget, epsilon]),
    weight: tensor1d(weight),
  }));
}

/** The level at the end of what is weighed; that of its rounded time where there is one, so that a slope there fits it. */
function lastWeighed(process: ForwardProcess, side: number): NoiseLevel {
  const end = process.level(side * LARGEST);
  const rounded = process.at(end.t);
  return Math.abs(rounded.logSnr) < 2 * LARGEST ? rounded : end;
}

/** The weight on the squared error of a network's output at a level. */
export function networkWeight({ process, parameterization, weighting }: Training, level: NoiseLevel): number {
  const finite = Math.abs(level.logSnr) <= LARGEST ? level : lastWeighed(process, Math.sign(level.logSnr));
  const [a, b] = parameterization(finite).target;
  const { alpha, sigma } = finite;
  return (weighting?.(finite, process) ?? 1) * (alpha / (b * alpha - a * sigma)) ** 2;
}
