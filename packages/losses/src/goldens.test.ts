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
  type GoldenHeader,
  type Json,
  number,
  numbers,
  record,
  shape,
  slices,
  text,
} from '@tweedie/goldens';
import continuous from '@tweedie/goldens/losses/continuous.json' with { type: 'json' };
import improved from '@tweedie/goldens/losses/improved-diffusion-training.json' with { type: 'json' };
import { edm, epsilon, score, told, x0 } from '@tweedie/parameterizations';
import { cosineBetas, fromBetas, geometric, linearBeta, linearBetas, noiseSquared } from '@tweedie/schedules';
import { beforeAll } from 'vitest';
import { coefficients, diffusionLoss, likelihood, noisyInputs, simple, snr, softMinSnr, unweighted } from './index.js';

beforeAll(() => setBackend('cpu'));

const array = (value: Json | undefined): Tensor => tensor(Float32Array.from(numbers(value)), [...shape(value)]);
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;
const ddpm = (betas: readonly number[]): ForwardProcess => variancePreserving(fromBetas(betas));

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

/** Noise levels of the losses of EDM, from their uniform numbers; those of `EDMLoss` are normal, and no formula of ours. */
const edmSigmas: Readonly<Record<string, (u: number) => NoiseLevel>> = {
  VP: (u) => variancePreserving(linearBeta()).at(1 + u * (1e-5 - 1)),
  VE: (u) => varianceExploding(geometric({ sigmaMin: 0.02, sigmaMax: 100 })).at(u),
};

/** Their σ_data, which no case says, from what the noisiest example lost: the squared error times `1/σ² + 1/σ_data²`. */
function edmSigmaData(golden: GoldenCase, peer: Peer): number {
  const sigmas = peer.levels.map(({ sigma }) => sigma);
  const sigma = Math.max(...sigmas);
  const [lost, error] = [slices(golden.loss_per_element), squares(peer)].map((examples) =>
    mean(examples[sigmas.indexOf(sigma)] ?? []),
  );
  // `squares` has the weight of the ε error, 1/σ² on the x0 error
  return sigma / Math.sqrt((lost ?? Number.NaN) / (error ?? Number.NaN) - 1);
}

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
  if (!golden.name.startsWith('edm/EDMLoss')) return peer;
  return { ...peer, weighting: unweighted(edm({ sigmaData: edmSigmaData(golden, peer) })) };
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
  const weighting = weightings[text(golden.weighting)];
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
  const exploding = golden.name.startsWith('score_sde/ve');
  const common = {
    data: golden.batch,
    noise: golden.z,
    network: (x: number, label: number) => 0.6 * Math.tanh(x) + 0.05 * Math.sin(label / 100),
  };
  if (golden.labels !== undefined) {
    const labels = [...numbers(golden.labels)];
    const process = exploding ? varianceExploding(geometric()) : ddpm(linearBetas());
    const times = labels.map((label) => (exploding ? 1 - label / 999 : (label + 1) / 1000));
    const label = ({ t }: NoiseLevel) => (exploding ? 999 * (1 - t) : 1000 * t - 1);
    return {
      ...common,
      process,
      parameterization: told(exploding ? score() : epsilon(), label),
      levels: times.map((t) => process.at(t)),
    };
  }
  const process = golden.name.startsWith('score_sde/subvp')
    ? subVariancePreserving(noiseSquared(linearBeta()))
    : exploding
      ? varianceExploding(geometric())
      : variancePreserving(linearBeta());
  const first = number(golden.eps);
  return {
    ...common,
    process,
    parameterization: exploding ? told(score(), ({ sigma }) => sigma) : told(epsilon(), ({ t }) => 999 * t),
    weighting: flag(golden.likelihood_weighting) ? likelihood() : simple(),
    levels: [...numbers(golden.u)].map((u) => process.at(first + (1 - first) * u)),
  };
}

/** A case as one of ours, and what its loss is the mean of. */
function peerOf(
  golden: GoldenCase,
): { readonly peer: Peer; readonly total: number; readonly examples?: Float64Array } | undefined {
  if (golden.name.startsWith('edm/'))
    return {
      peer: edmLoss(golden),
      total: number(golden.loss_mean),
      examples: Float64Array.from(slices(golden.loss_per_element), mean),
    };
  if (golden.name.startsWith('k-diffusion/Denoiser'))
    return { peer: karrasDenoiser(golden), total: mean(numbers(golden.loss)), examples: numbers(golden.loss) };
  if (!/^score_sde\/(v[pe]|subvp)/.test(golden.name)) return undefined;
  // without `reduce_mean` the peer sums over the elements and halves
  const elements = numbers(golden.batch).length / (shape(golden.batch)[0] ?? 1);
  const total = number(golden.loss) / (flag(golden.reduce_mean) ? 1 : elements / 2);
  return { peer: scoreSde(golden), total };
}

describeGoldens('coefficients', continuous, (golden) => {
  const ours = peerOf(golden);
  if (ours === undefined) return undefined;
  return () => {
    const elements = squares(ours.peer);
    const examples = elements.map(mean);
    const level = edmSigmas[/^edm\/(V[PE])Loss$/.exec(golden.name)?.[1] ?? '']; // with the peer's own settings
    return {
      loss: [[mean(examples)], [ours.total]],
      ...(ours.examples !== undefined && { perExample: [examples, ours.examples] as const }),
      ...(golden.loss_per_element !== undefined && {
        perElement: [elements.flatMap((each) => [...each]), golden.loss_per_element] as const,
      }),
      ...(level !== undefined && {
        sigma: [[...numbers(golden.rnd_uniform)].map((u) => level(u).sigma / level(u).alpha), golden.sigma ?? null] as const,
      }),
    };
  };
});

describeGoldens(
  'diffusionLoss',
  continuous,
  (golden) => {
    const ours = peerOf(golden);
    return ours && (() => ({ mean: [[mean(losses(ours.peer))], [ours.total]] }));
  },
  { tolerance: { abs: 1e-6, rel: 1e-3 } },
);

/** A case of plain mean squares under a fixed variance. */
function improvedLoss(golden: GoldenCase, header: GoldenHeader): Peer | undefined {
  const predictions: Record<string, Parameterization> = { EPSILON: epsilon(), START_X: x0() };
  const parameterization = predictions[text(golden.mean_type)];
  const fixed = text(golden.var_type).startsWith('FIXED') && text(golden.loss_type).endsWith('MSE');
  if (parameterization === undefined || !fixed) return undefined;
  const process = ddpm(golden.schedule === 'cosine' ? cosineBetas() : linearBetas());
  const kept = golden.respacing === null ? 1000 : Number(golden.respacing);
  const original = [...numbers(golden.t)].map((i) => Math.round((i * 999) / (kept - 1)));
  const { x0: data, noise } = record(record(header.inputs).A);
  return {
    process,
    parameterization: told(parameterization, ({ t }) => 1000 * t - 1),
    weighting: unweighted(parameterization),
    levels: original.map((i) => process.at((i + 1) / 1000)),
    data,
    noise,
    network: (x, t) => 0.8 * Math.tanh(x) * (1 - 0.0003 * t) + 0.05 * Math.cos(0.003 * t),
  };
}

describeGoldens('coefficients', improved, (golden, header) => {
  const peer = improvedLoss(golden, header);
  return peer && (() => ({ loss: [squares(peer).map(mean), record(golden.terms).loss ?? null] }));
});

describeGoldens(
  'diffusionLoss',
  improved,
  (golden, header) => {
    const peer = improvedLoss(golden, header);
    return peer && (() => ({ loss: [losses(peer), record(golden.terms).loss ?? null] }));
  },
  { tolerance: { abs: 1e-6, rel: 2e-3 } },
);
