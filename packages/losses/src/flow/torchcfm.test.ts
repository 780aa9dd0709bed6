/**
 * Paths and pairs against torchcfm, whose time runs from noise (its x0) to data (its x1): our t is 1 − t, our velocity its
 * negative.
 */
import '@tensorflow/tfjs-backend-cpu';
import { setBackend, tensor } from '@tensorflow/tfjs-core';
import { key } from '@tweedie/core';
import { linearInterpolant } from '@tweedie/forward-process';
import { describeGoldens, type GoldenCase, type Json, number, numbers, shape } from '@tweedie/goldens';
import continuous from '@tweedie/goldens/losses/continuous.json' with { type: 'json' };
import { velocity } from '@tweedie/parameterizations';
import { rectifiedFlow } from '@tweedie/schedules';
import { beforeAll } from 'vitest';
import {
  brownianBridge,
  type FlowPath,
  flowInputs,
  linearAssignment,
  lipmanPath,
  minibatchOptimalTransport,
  noisyInputs,
  type PathCoefficients,
  scoreGain,
  squaredDistances,
  straightPath,
  trigonometricPath,
} from '../index.js';

beforeAll(() => setBackend('cpu'));

const paths: Readonly<Record<string, (sigma: number) => FlowPath>> = {
  ConditionalFlowMatcher: (sigma) => straightPath({ sigma }),
  ExactOptimalTransportConditionalFlowMatcher: (sigma) => straightPath({ sigma }),
  TargetConditionalFlowMatcher: (sigmaMin) => lipmanPath({ sigmaMin }),
  VariancePreservingConditionalFlowMatcher: (sigma) => trigonometricPath({ sigma }),
  SchrodingerBridgeConditionalFlowMatcher: (sigma) => brownianBridge({ sigma }),
};

/** What a case asks for: points of a path and what it joins; undefined for a case of another kind. */
function flow(golden: GoldenCase) {
  const [peer = ''] = /\w+FlowMatcher/.exec(golden.name) ?? [];
  const make = paths[peer];
  if (make === undefined) return undefined;
  const lipman = peer === 'TargetConditionalFlowMatcher'; // draws its own source, and calls it noise
  const path = make(number(golden.sigma));
  const points = [...numbers(golden.t)].map((t) => path(1 - t));
  const ends = [golden.x1, lipman ? golden.epsilon : golden.x0, golden.epsilon];
  return {
    points,
    ends,
    withoutNoise: ([data, source]: PathCoefficients): PathCoefficients => [data, lipman ? 0 : source, 0],
    spread: points.map(({ value }) => value[lipman ? 1 : 2]),
    /** Factors on the ends, of one sample, applied to each of its elements. */
    combined: (factors: (i: number) => PathCoefficients): number[] => {
      const [data, source, noise] = ends.map(numbers);
      const size = numbers(golden.x1).length / points.length;
      return Array.from(data ?? [], (x, e) => {
        const [a, b, c] = factors(Math.floor(e / size));
        return a * x + b * (source?.[e] ?? Number.NaN) + c * (noise?.[e] ?? Number.NaN);
      });
    },
  };
}

const reversed = (velocity: Json | undefined): Float64Array => numbers(velocity).map((u) => -u);

describeGoldens('paths', continuous, (golden) => {
  const taken = flow(golden);
  if (taken === undefined) return undefined;
  return () => {
    const { points, spread, withoutNoise, combined } = taken;
    return {
      xt: [combined((i) => points[i]?.value ?? [0, 0, 0]), numbers(golden.xt)],
      ut: [combined((i) => points[i]?.rate ?? [0, 0, 0]), reversed(golden.ut)],
      // where the peer would be without its noise
      mu_t: [combined((i) => withoutNoise(points[i]?.value ?? [0, 0, 0])), numbers(golden.mu_t)],
      sigma_t: [spread, numbers(golden.sigma_t)],
      ...(golden.lambda_t == null
        ? {}
        : { lambda_t: [spread.map((s) => scoreGain(s, number(golden.sigma))), numbers(golden.lambda_t)] }),
    };
  };
});

describeGoldens(
  'flowInputs',
  continuous,
  (golden) => {
    const taken = flow(golden);
    if (taken === undefined) return undefined;
    return () => {
      const [data, source, noise] = taken.ends.map((end) => tensor(Float32Array.from(numbers(end)), [...shape(end)]));
      if (data === undefined || source === undefined || noise === undefined) throw new TypeError('a path joins three tensors');
      const { x, target } = flowInputs(taken.points, { data, source, noise });
      const compared = { xt: [x.dataSync(), numbers(golden.xt)], ut: [target.dataSync(), reversed(golden.ut)] } as const;
      if (!taken.points.every(({ value, rate }) => value[2] === 0 && rate[0] === -1 && rate[1] === 1)) return compared;
      // a straight line without noise is a diffusion
      const process = linearInterpolant(rectifiedFlow());
      const levels = [...numbers(golden.t)].map((t) => process.at(1 - t));
      const diffused = noisyInputs({ process, parameterization: velocity() }, data, source, levels);
      return {
        ...compared,
        'diffused xt': [diffused.x.dataSync(), numbers(golden.xt)],
        'diffused ut': [diffused.target.dataSync(), reversed(golden.ut)],
      };
    };
  },
  { tolerance: { abs: 2e-6, rel: 1e-5 } },
);

describeGoldens('linearAssignment', continuous, (golden) => {
  if (golden.permutation_of_x1_for_x0 === undefined) return undefined;
  return async () => {
    const expected = numbers(golden.permutation_of_x1_for_x0);
    const count = expected.length;
    const costs = squaredDistances(numbers(golden.x0), numbers(golden.x1), count);
    const total = (columns: ArrayLike<number>): number =>
      Array.from(columns, (j, i) => costs[i * count + j] ?? Number.NaN).reduce((sum, cost) => sum + cost, 0);
    const { columns: order } = linearAssignment(costs, count);
    const [source, data] = [golden.x0, golden.x1].map((end) => tensor([...numbers(end)], [...shape(end)]));
    if (source === undefined || data === undefined) throw new TypeError('a coupling joins two tensors');
    // our coupling gives a source for each datum: the other way round
    const sources = (await minibatchOptimalTransport()({ data, source, condition: undefined }, key(0))) ?? [];
    return {
      permutation: [order, expected],
      inverse: [Array.from(sources, (j) => order[j] ?? -1), Float64Array.from(expected, (_, i) => i)],
      total: [total(order), number(golden.total_cost)],
      identity: [total(expected.map((_, i) => i)), number(golden.identity_cost)],
    };
  };
});
