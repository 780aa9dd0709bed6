import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type Key, key, type Network, normal, type Objective, type Parameterization, registerGradients } from '@tweedie/core';
import { type GaussianMixture, gaussianMixture, pointTensor } from '@tweedie/data';
import { varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { edm, epsilon, score, v, velocity, x0 } from '@tweedie/parameterizations';
import { clamped, cosine, geometric } from '@tweedie/schedules';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Diffused,
  denoisingScoreMatching,
  diffusionLoss,
  explicitScoreMatching,
  finiteDifferences,
  fixedTime,
  implicitScoreMatching,
  slicedScoreMatching,
} from '../index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

const gaussian = gaussianMixture({
  means: [[0.4, -0.3]],
  covariances: [
    [
      [0.8, 0.3],
      [0.3, 0.5],
    ],
  ],
});
const mixture = gaussianMixture({
  means: [
    [-1.2, 0.4],
    [1, 0.7],
    [0.2, -1.1],
  ],
  covariances: [
    [
      [0.3, 0.1],
      [0.1, 0.25],
    ],
    0.35,
    0.2,
  ],
  weights: [0.5, 0.3, 0.2],
});

/** A field with parameters that is no gradient: `tanh(x·first + bias)·second + slope·x`. */
function perceptron(from: Key, features = 2, width = 8): Network & { readonly variables: tf.Variable[] } {
  const start = (i: number, shape: number[], spread: number) =>
    tf.variable(tf.mul(normal([from[0], from[1] + i], shape), spread));
  const [first, bias, second, slope] = [
    start(1, [features, width], 0.7),
    start(2, [width], 0.5),
    start(3, [width, features], 0.5),
    tf.variable(tf.scalar(-0.4)),
  ] as const;
  return {
    variables: [first, bias, second, slope],
    parameters: new Map<string, tf.Variable>(Object.entries({ first, bias, second, slope })),
    apply: (x) =>
      tf.add(
        tf.matMul(tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, first as tf.Tensor2D), bias)), second as tf.Tensor2D),
        tf.mul(x, slope),
      ),
  };
}

interface Nodes {
  readonly points: number[][];
  readonly x: tf.Tensor2D;
  readonly mass: tf.Tensor1D;
}
interface Expected {
  readonly loss: number;
  readonly gradient: number[];
}

/** Points of a grid over the plane with the probabilities of their cells. */
function quadrature(distribution: GaussianMixture): Nodes {
  const [reach, count] = [6, 81];
  const width = (2 * reach) / (count - 1);
  const axis = Array.from({ length: count }, (_, i) => -reach + i * width);
  const points = axis.flatMap((a) => axis.map((b) => [a, b]));
  const mass = points.map((point) => Math.exp(distribution.logDensity(point)) * width ** 2);
  return { points, x: tf.tensor2d(points), mass: tf.tensor1d(mass) };
}

/** The expectation of an objective's loss under a distribution, and its gradient by the parameters. */
async function expected<Inputs>(objective: Objective<{ readonly x: tf.Tensor }, Inputs>, { x, mass }: Nodes): Promise<Expected> {
  const inputs = await objective.prepare({ x }, key(1));
  const variables = [...objective.parameters.values()];
  const { value, grads } = tf.variableGrads(
    () => tf.sum<tf.Scalar>(tf.mul(objective.evaluate(inputs).perExample ?? tf.scalar(Number.NaN), mass)),
    variables,
  );
  return {
    loss: value.dataSync()[0] ?? Number.NaN,
    gradient: variables.flatMap(({ name }) => [...(grads[name]?.dataSync() ?? [Number.NaN])]),
  };
}

/** Both diagonals of the plane: along them, unlike along one alone, curvatures add up to the trace. */
const diagonals = (_: Key, [batch = 0]: readonly number[]): tf.Tensor =>
  tf.tile(
    tf.tensor3d([
      [
        [1, 1],
        [1, -1],
      ],
    ]),
    [batch, 1, 1],
  );

const lengthOf = (vector: readonly number[]): number => Math.hypot(...vector);
const distance = (a: readonly number[], b: readonly number[]): number =>
  lengthOf(a.map((value, i) => value - (b[i] ?? Number.NaN)));

describe.each(Object.entries({ gaussian, mixture }))('on the %s, by quadrature', (_, distribution) => {
  const ways: Record<string, (network: Network, nodes: Nodes) => Promise<Expected>> = {
    implicit: (network, nodes) => expected(implicitScoreMatching({ network }), nodes),
    'implicit by differences': (network, nodes) =>
      expected(implicitScoreMatching({ network, curvature: finiteDifferences() }), nodes),
    sliced: (network, nodes) => expected(slicedScoreMatching({ network, directions: diagonals, count: 2 }), nodes),
    'sliced without variance reduction': (network, nodes) =>
      expected(slicedScoreMatching({ network, directions: diagonals, count: 2, varianceReduced: false }), nodes),
  };

  it.each(Object.entries(ways))(
    '%s is the Fisher divergence but for the constant −E⟨score²⟩, with its gradient',
    async (_, run) => {
      const nodes = quadrature(distribution);
      const mass = nodes.mass.dataSync();
      const constant = nodes.points.reduce(
        (sum, point, i) => sum + ((mass[i] ?? 0) * lengthOf(distribution.score(point)) ** 2) / 2,
        0,
      );
      const network = perceptron(key(7));
      const explicit = await expected(explicitScoreMatching({ network, score: distribution.score }), nodes);
      const other = await run(network, nodes);
      expect(constant).toBeGreaterThan(1);
      expect(Math.abs(other.loss + constant - explicit.loss)).toBeLessThan(1e-5 * constant);
      expect(distance(other.gradient, explicit.gradient)).toBeLessThan(1e-4 * lengthOf(explicit.gradient));
    },
  );
});

it('of linear fields the implicit objective finds the inverse covariance of the sample, in closed form', async () => {
  // s(x) = −P(x − m): at P = Σ⁻¹ and m the mean, of the sample itself, the gradient is zero and the loss −tr Σ⁻¹/D
  const x = pointTensor(gaussian, key(2), 400);
  const count = 400;
  const mean = tf.mean(x, 0);
  const centred = tf.sub(x, mean);
  const [[a = 0, b = 0] = [], [, d = 0] = []] = tf.div(tf.matMul(centred, centred, true, false), count).arraySync() as number[][];
  const determinant = a * d - b * b;
  const precision = [
    [d / determinant, -b / determinant],
    [-b / determinant, a / determinant],
  ];
  const weight = tf.variable(tf.neg(tf.tensor2d(precision))) as tf.Variable<tf.Rank.R2>;
  const bias = tf.variable(tf.reshape(tf.matMul(tf.reshape(mean, [1, 2]), tf.tensor2d(precision)), [2]));
  const network: Network = {
    parameters: new Map<string, tf.Variable>([
      ['weight', weight],
      ['bias', bias],
    ]),
    apply: (at) => tf.add(tf.matMul(at as tf.Tensor2D, weight), bias),
  };
  const objective = implicitScoreMatching({ network });
  const inputs = await objective.prepare({ x }, key(0));
  const { value, grads } = tf.variableGrads(() => objective.evaluate(inputs).loss, [weight, bias]);
  const trace = (a + d) / determinant;
  expect(value.dataSync()[0]).toBeCloseTo(-trace / 2, 4);
  for (const gradient of Object.values(grads))
    for (const slope of gradient.dataSync()) expect(Math.abs(slope)).toBeLessThan(1e-5);
});

describe('on the noisy data of a diffusion', () => {
  const process = varianceExploding(geometric({ sigmaMin: 0.05, sigmaMax: 2 }));
  const diffused: Diffused = { process, parameterization: score(), times: fixedTime(process.schedule.time(-2 * Math.log(0.5))) };
  const network = perceptron(key(3));
  const x = pointTensor(mixture, key(4), 20_000);

  /** Mean and standard error of the differences of two losses, sample by sample. */
  const difference = (a: tf.Tensor1D | undefined, b: tf.Tensor1D | undefined) => {
    const values = [...tf.sub(a ?? Number.NaN, b ?? Number.NaN).dataSync()];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, error: Math.sqrt(variance / values.length) };
  };

  it.each(Object.entries({ 'one level': diffused, 'all levels': { ...diffused, times: undefined } }))(
    'of %s, implicit and sliced are the denoising objective less 1, the mean square of the noise',
    async (_, { times, ...rest }) => {
      const at: Diffused = times === undefined ? rest : { ...rest, times };
      const denoising = denoisingScoreMatching({ network, ...at });
      const implicit = implicitScoreMatching({ network, diffused: at });
      const sliced = slicedScoreMatching({ network, diffused: at });
      const reference = denoising.evaluate(await denoising.prepare({ x }, key(5))).perExample;
      for (const other of [
        implicit.evaluate(await implicit.prepare({ x }, key(5))).perExample,
        sliced.evaluate(await sliced.prepare({ x }, key(5))).perExample,
      ]) {
        const { mean, error } = difference(reference, other);
        expect(error).toBeLessThan(0.03);
        expect(Math.abs(mean - 1)).toBeLessThan(5 * error);
      }
    },
  );

  it('the denoising objective is the Fisher divergence and the spread of the noise around its mean', async () => {
    // E⟨(ŝ + ε)²⟩ − E⟨(ŝ − σ·score)²⟩ = 1 − E⟨(σ·score)²⟩
    const denoising = denoisingScoreMatching({ network, ...diffused });
    const explicit = explicitScoreMatching({ network, diffused, score: mixture.score });
    const exact = await explicit.prepare({ x }, key(5));
    const { mean, error } = difference(
      denoising.evaluate(await denoising.prepare({ x }, key(5))).perExample,
      explicit.evaluate(exact).perExample,
    );
    const noise = tf.mean(tf.square(exact.target)).dataSync()[0] ?? Number.NaN;
    expect(noise).toBeGreaterThan(0.2);
    expect(noise).toBeLessThan(0.9);
    expect(error).toBeLessThan(0.02);
    expect(Math.abs(mean - (1 - noise))).toBeLessThan(5 * error);
  });

  it('denoising with λ = σ² is the simple diffusion loss', async () => {
    const [ours, theirs] = [denoisingScoreMatching({ network, ...diffused }), diffusionLoss({ network, ...diffused })];
    const few = tf.slice(x, [0, 0], [64, 2]);
    const loss = ours.evaluate(await ours.prepare({ x: few }, key(6))).loss.dataSync()[0];
    expect(loss).toBeCloseTo(theirs.evaluate(await theirs.prepare({ x: few }, key(6))).loss.dataSync()[0] ?? Number.NaN, 6);
    const unweighted = denoisingScoreMatching({ network, ...diffused, weight: () => 1 });
    const inputs = await unweighted.prepare({ x: few }, key(6));
    // of the score itself: the squares of ε over 0.5²
    expect(unweighted.evaluate(inputs).loss.dataSync()[0]).toBeCloseTo(4 * (loss ?? Number.NaN), 4);
  });

  it.each(Object.entries({ x0, epsilon, v, velocity, edm }))('%s has the loss that the score has', async (_, make) => {
    const preserving = variancePreserving(clamped(cosine(), { min: -6, max: 6 }));
    const times = fixedTime(0.4);
    const level = preserving.at(0.4);
    const denoised = (at: tf.Tensor): tf.Tensor => tf.add(tf.mul(tf.tanh(at), 0.7), tf.mul(at, 0.2));
    /** The network whose denoiser is `denoised`, as far as it is asked at that level. */
    const under = (parameterization: Parameterization): Network => {
      const { skip, out, in: scale } = parameterization(level);
      return {
        parameters: new Map(),
        apply: (input) => {
          const at = tf.div(input, scale);
          return tf.div(tf.sub(denoised(at), tf.mul(at, skip)), out);
        },
      };
    };
    const few = tf.slice(x, [0, 0], [32, 2]);
    const losses = async (parameterization: Parameterization): Promise<number[]> => {
      const options = { network: under(parameterization), diffused: { process: preserving, parameterization, times } };
      const objectives = [
        async () => {
          const explicit = explicitScoreMatching({ ...options, score: mixture.score });
          return explicit.evaluate(await explicit.prepare({ x: few }, key(7))).loss;
        },
        async () => {
          const implicit = implicitScoreMatching(options);
          return implicit.evaluate(await implicit.prepare({ x: few }, key(7))).loss;
        },
        async () => {
          const sliced = slicedScoreMatching({ ...options, directions: normal, count: 3 });
          return sliced.evaluate(await sliced.prepare({ x: few }, key(7))).loss;
        },
      ];
      return Promise.all(objectives.map(async (loss) => (await loss()).dataSync()[0] ?? Number.NaN));
    };
    const [actual, reference] = [await losses(make()), await losses(score())];
    actual.forEach((loss, i) => {
      expect(loss).toBeCloseTo(reference[i] ?? Number.NaN, 3);
    });
  });

  it('is finite where the schedule has no noise and nothing but noise', async () => {
    const whole = variancePreserving(cosine());
    for (const t of [0, 1]) {
      const at: Diffused = { process: whole, parameterization: v(), times: fixedTime(t) };
      const objective = slicedScoreMatching({ network, diffused: at });
      const inputs = await objective.prepare({ x: tf.slice(x, [0, 0], [4, 2]) }, key(8));
      const { value, grads } = tf.variableGrads(() => objective.evaluate(inputs).loss, network.variables);
      for (const tensor of [value, ...Object.values(grads)])
        for (const number of tensor.dataSync()) expect(Number.isFinite(number)).toBe(true);
    }
  });
});
