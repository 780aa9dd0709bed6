/**
 * The loss as a whole, with the peers' data, noise and times: its numbers in float64, and `noisyInputs` with `evaluate` in
 * float32.
 */
import '@tensorflow/tfjs-backend-cpu';
import { setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { ForwardProcess, NoiseLevel, Parameterization, Weighting } from '@tweedie/core';
import { subVariancePreserving, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import {
  describeGoldens,
  flag,
  type GoldenCase,
  type Json,
  number,
  numbers,
  settings,
  shape,
  slices,
  text,
} from '@tweedie/goldens';
import continuous from '@tweedie/goldens/losses/continuous.json' with { type: 'json' };
import { edm, epsilon, score, told, x0 } from '@tweedie/parameterizations';
import { fromBetas, geometric, linearBeta, linearBetas, noiseSquared } from '@tweedie/schedules';
import { beforeAll } from 'vitest';
import { coefficients, diffusionLoss, likelihood, noisyInputs, simple, snr, softMinSnr, unweighted } from './index.js';

beforeAll(() => setBackend('cpu'));

const array = (value: Json | undefined): Tensor => tensor(Float32Array.from(numbers(value)), [...shape(value)]);
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;

interface Peer {
  readonly process: ForwardProcess;
  readonly parameterization: Parameterization;
  readonly weighting?: Weighting;
  readonly levels: readonly NoiseLevel[];
  readonly data: Json | undefined;
  readonly noise: Json | undefined;
  /** The network, element by element. */
  readonly network: (x: number, told: number) => number;
}

/** The weighted squared error of each element of each example, in float64. */
function squares({ levels, data, noise, network, ...training }: Peer): Float64Array[] {
  const noises = slices(noise);
  return slices(data).map((values, i) => {
    const { x, target, noise: told, weight } = coefficients(training, levels[i] ?? training.process.at(Number.NaN));
    return values.map((value, j) => {
      const epsilon = noises[i]?.[j] ?? Number.NaN;
      const mix = ([a, b]: readonly [number, number]) => a * value + b * epsilon;
      return weight * (network(mix(x), told) - mix(target)) ** 2;
    });
  });
}

/** The weighted loss of each example, by tensors. */
function losses({ levels, data, noise, network, ...training }: Peer): Float32Array {
  const objective = diffusionLoss({
    ...training,
    network: {
      parameters: new Map(),
      apply(x, n) {
        const [told, size] = [n.dataSync(), x.size / n.size];
        const values = Float32Array.from(x.dataSync(), (value, i) => network(value, told[Math.floor(i / size)] ?? Number.NaN));
        return tensor(values, x.shape);
      },
    },
  });
  const inputs = noisyInputs(training, array(data), array(noise), levels);
  const { perExample } = objective.evaluate({ ...inputs, times: inputs.noise, condition: undefined });
  return Float32Array.from(perExample?.dataSync() ?? []);
}

const bySigma = (process: ForwardProcess, sigmas: Json | undefined): NoiseLevel[] =>
  [...numbers(sigmas)].map((sigma) => process.level(-2 * Math.log(sigma)));

/** EDM's losses, told apart by their weights: `1/σ²` on the x0 error, with `EDMLoss` `1/σ² + 1/σ_data²`. */
function edmLoss(golden: GoldenCase): Peer {
  const process = varianceExploding(geometric());
  const peer: Peer = {
    process,
    parameterization: told(x0(), ({ sigma }) => sigma),
    weighting: simple(),
    levels: bySigma(process, golden.sigma),
    data: golden.images,
    noise: golden.n,
    network: (y, sigma) => y / (1 + sigma ** 2) + 0.1 * Math.tanh(y),
  };
  const { sigmaData = edmSigmaData(golden, peer) } = settings(golden, { sigma_data: 'sigmaData' });
  return sigmaData === Infinity ? peer : { ...peer, weighting: unweighted(edm({ sigmaData })) };
}

/** The σ_data that a case does not say, from what its noisiest example lost; infinite under the weight `1/σ²` of `peer`. */
function edmSigmaData(golden: GoldenCase, peer: Peer): number {
  const sigmas = peer.levels.map(({ sigma }) => sigma);
  const sigma = Math.max(...sigmas);
  const [lost = 0, error = 0] = [slices(golden.loss_per_element), squares(peer)].map((examples) =>
    mean(examples[sigmas.indexOf(sigma)] ?? []),
  );
  const excess = lost / error - 1;
  return excess > 1e-12 ? sigma / Math.sqrt(excess) : Infinity;
}

/**
 * The noise levels of EDM's losses from their uniform numbers, by schedules of ours. Both are straight lines in what a case does not say,
 * which two of its examples give: `ln(1 + σ²) = β_min·t + β_d·t²/2`, and `ln σ = ln σ_min + u·ln(σ_max/σ_min)`.
 */
const edmSchedules = {
  VPLoss: {
    time: (u: number) => 1 + u * (1e-5 - 1),
    line: (sigma: number, t: number) => [t, t ** 2 / 2, Math.log1p(sigma ** 2)],
    process: (betaMin: number, slope: number) => variancePreserving(linearBeta({ betaMin, betaMax: betaMin + slope })),
  },
  VELoss: {
    time: (u: number) => u,
    line: (sigma: number, t: number) => [1, t, Math.log(sigma)],
    process: (first: number, growth: number) =>
      varianceExploding(geometric({ sigmaMin: Math.exp(first), sigmaMax: Math.exp(first + growth) })),
  },
} as const;

/** The sigmas of a case of `VPLoss` or `VELoss`. */
function edmSigmas(golden: GoldenCase): number[] | undefined {
  const [kind] = /V[PE]Loss/.exec(golden.name) ?? [];
  if (kind !== 'VPLoss' && kind !== 'VELoss') return undefined;
  const { time, line, process } = edmSchedules[kind];
  const [sigmas, times] = [numbers(golden.sigma), numbers(golden.rnd_uniform).map(time)];
  const ends = [Math.min(...times), Math.max(...times)].map((t) => line(sigmas[times.indexOf(t)] ?? Number.NaN, t));
  const [[a = 0, b = 0, p = 0] = [], [c = 0, d = 0, q = 0] = []] = ends;
  const found = process((p * d - q * b) / (a * d - b * c), (q * a - p * c) / (a * d - b * c));
  return Array.from(times, found.at).map(({ sigma, alpha }) => sigma / alpha);
}

function karrasDenoiser(golden: GoldenCase): Peer {
  const process = varianceExploding(geometric());
  const sigmaData = number(golden.sigma_data);
  const parameterization = told(edm({ sigmaData }), ({ sigma }) => sigma);
  const weightings: Readonly<Record<string, Weighting>> = {
    karras: unweighted(parameterization),
    'soft-min-snr': softMinSnr({ gamma: 1 / sigmaData ** 2 }),
    snr: snr(),
  };
  // `SimpleLossDenoiser` has none to choose
  const weighting = golden.weighting === undefined ? simple() : weightings[text(golden.weighting)];
  if (weighting === undefined) throw new Error(`no weighting is known as ${golden.weighting}`);
  return {
    process,
    parameterization,
    weighting,
    levels: bySigma(process, golden.sigma),
    data: golden.input,
    noise: golden.noise,
    network: (x, sigma) => 0.7 * Math.tanh(x) + 0.1 * Math.log(sigma),
  };
}

function scoreSde(golden: GoldenCase): Peer {
  const kind = text(golden.sde ?? /(sub)?v[pe]/.exec(golden.name)?.[0]);
  const betas = settings(golden, { beta_min: 'betaMin', beta_max: 'betaMax' });
  const sigmas = settings(golden, { sigma_min: 'sigmaMin', sigma_max: 'sigmaMax' });
  const common = {
    data: golden.batch,
    noise: golden.z,
    network: (x: number, label: number) => 0.6 * Math.tanh(x) + 0.05 * Math.sin(label / 100),
  };
  if (golden.labels !== undefined) {
    const { steps = 1000 } = settings(golden, { N: 'steps' });
    const { betaMin: start = 0.1, betaMax: end = 20 } = betas;
    const exploding = kind === 've';
    const process = exploding
      ? varianceExploding(geometric(sigmas))
      : variancePreserving(fromBetas(linearBetas({ steps, start: start / steps, end: end / steps })));
    // the labels of the exploding process count down from the largest sigma
    const label = ({ t }: NoiseLevel) => (exploding ? (steps - 1) * (1 - t) : steps * t - 1);
    const time = (label: number) => (exploding ? 1 - label / (steps - 1) : (label + 1) / steps);
    return {
      ...common,
      process,
      parameterization: told(exploding ? score() : epsilon(), label),
      levels: [...numbers(golden.labels)].map((each) => process.at(time(each))),
    };
  }
  const processes: Readonly<Record<string, () => ForwardProcess>> = {
    vp: () => variancePreserving(linearBeta(betas)),
    subvp: () => subVariancePreserving(noiseSquared(linearBeta(betas))),
    ve: () => varianceExploding(geometric(sigmas)),
  };
  const process = processes[kind]?.();
  if (process === undefined) throw new Error(`no process is known as ${kind}`);
  const first = number(golden.eps);
  return {
    ...common,
    process,
    parameterization: kind === 've' ? told(score(), ({ sigma }) => sigma) : told(epsilon(), ({ t }) => 999 * t),
    weighting: flag(golden.likelihood_weighting) ? likelihood() : simple(),
    levels: [...numbers(golden.u)].map((u) => process.at(first + (1 - first) * u)),
  };
}

/** A case as one of ours, and what its loss is the mean of; the peers name their data differently. */
function peerOf(
  golden: GoldenCase,
): (() => { readonly peer: Peer; readonly total: number; readonly examples?: Float64Array }) | undefined {
  if (golden.images !== undefined)
    return () => ({
      peer: edmLoss(golden),
      total: number(golden.loss_mean),
      examples: Float64Array.from(slices(golden.loss_per_element), mean),
    });
  if (golden.input !== undefined)
    return () => ({ peer: karrasDenoiser(golden), total: mean(numbers(golden.loss)), examples: numbers(golden.loss) });
  if (golden.batch === undefined) return undefined;
  // without `reduce_mean` the peer sums over the elements and halves
  const elements = numbers(golden.batch).length / (shape(golden.batch)[0] ?? 1);
  const total = number(golden.loss) / (flag(golden.reduce_mean) ? 1 : elements / 2);
  return () => ({ peer: scoreSde(golden), total });
}

describeGoldens('coefficients', continuous, (golden) => {
  const read = peerOf(golden);
  if (read === undefined) return undefined;
  return () => {
    const ours = read();
    const elements = squares(ours.peer);
    const examples = elements.map(mean);
    const sigmas = golden.rnd_uniform === undefined ? undefined : edmSigmas(golden);
    return {
      loss: [[mean(examples)], [ours.total]],
      ...(ours.examples !== undefined && { perExample: [examples, ours.examples] as const }),
      ...(golden.loss_per_element !== undefined && {
        perElement: [elements.flatMap((each) => [...each]), golden.loss_per_element] as const,
      }),
      ...(sigmas !== undefined && { sigma: [sigmas, golden.sigma ?? null] as const }),
    };
  };
});

describeGoldens(
  'diffusionLoss',
  continuous,
  (golden) => {
    const read = peerOf(golden);
    if (read === undefined) return undefined;
    return () => {
      const { peer, total } = read();
      return { mean: [[mean(losses(peer))], [total]] };
    };
  },
  { tolerance: { abs: 1e-6, rel: 1e-3 } },
);
