/** The loss as a whole, with the peers' data, noise and times: `noisyInputs` and `evaluate`, in float32. */
import '@tensorflow/tfjs-backend-cpu';
import { add, cos, div, log, mul, pow, reshape, setBackend, sin, sub, type Tensor, tanh, tensor } from '@tensorflow/tfjs-core';
import type { ForwardProcess, NoiseLevel, Parameterization, Weighting } from '@tweedie/core';
import { linearInterpolant, subVariancePreserving, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import {
  describeGoldens,
  flag,
  type GoldenCase,
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
import { edm, epsilon, score, told, velocity, x0 } from '@tweedie/parameterizations';
import { cosineBetas, fromBetas, geometric, linearBeta, linearBetas, noiseSquared, rectifiedFlow } from '@tweedie/schedules';
import { beforeAll } from 'vitest';
import { diffusionLoss, elbo, noisyInputs, simple, unweighted } from './index.js';

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
  /** The network; `told` has a 1 for each axis after the batch, so that it broadcasts. */
  readonly network: (x: Tensor, told: Tensor) => Tensor;
}

/** The weighted loss of each example. */
function losses({ levels, data, noise, network, ...training }: Peer): Float32Array {
  const objective = diffusionLoss({
    ...training,
    network: { parameters: new Map(), apply: (x, n) => network(x, reshape(n, [-1, ...x.shape.slice(1).map(() => 1)])) },
  });
  const inputs = noisyInputs(training, array(data), array(noise), levels);
  const { perExample } = objective.evaluate({ ...inputs, times: inputs.noise, condition: undefined });
  return Float32Array.from(perExample?.dataSync() ?? []);
}

const bySigma = (process: ForwardProcess, sigmas: Json | undefined): NoiseLevel[] =>
  [...numbers(sigmas)].map((sigma) => process.level(-2 * Math.log(sigma)));

function edmLoss(golden: GoldenCase): Peer {
  const process = varianceExploding(geometric());
  return {
    process,
    parameterization: told(x0(), ({ sigma }) => sigma),
    // the second case does not say so, but it has σ_data = 1: its loss divided by the squared error is 1 + 1/σ²
    weighting: golden.name.startsWith('edm/EDMLoss')
      ? unweighted(edm({ sigmaData: golden.name.endsWith('-0.6') ? 1 : 0.5 }))
      : simple(),
    levels: bySigma(process, golden.sigma),
    data: golden.images,
    noise: golden.n,
    network: (y, sigma) => add(div(y, add(1, pow(sigma, 2))), mul(0.1, tanh(y))),
  };
}

function karrasDenoiser(golden: GoldenCase): Peer {
  const process = varianceExploding(geometric());
  const parameterization = told(edm({ sigmaData: number(golden.sigma_data) }), ({ sigma }) => sigma);
  return {
    process,
    parameterization,
    weighting: unweighted(parameterization),
    levels: bySigma(process, golden.sigma),
    data: golden.input,
    noise: golden.noise,
    network: (x, sigma) => add(mul(0.7, tanh(x)), mul(0.1, log(sigma))),
  };
}

function scoreSde(golden: GoldenCase): Peer {
  const exploding = golden.name.startsWith('score_sde/ve');
  const common = {
    data: golden.batch,
    noise: golden.z,
    network: (x: Tensor, label: Tensor) => add(mul(0.6, tanh(x)), mul(0.05, sin(div(label, 100)))),
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
    // twice the evidence bound's ½
    weighting: flag(golden.likelihood_weighting) ? (level, at) => 2 * elbo()(level, at) : simple(),
    levels: [...numbers(golden.u)].map((u) => process.at(first + (1 - first) * u)),
  };
}

describeGoldens(
  'diffusionLoss',
  continuous,
  (golden) => {
    if (golden.name.startsWith('edm/'))
      return () => {
        const perExample = losses(edmLoss(golden));
        return {
          perExample: [perExample, slices(golden.loss_per_element).map(mean)],
          mean: [[mean(perExample)], [number(golden.loss_mean)]],
        };
      };
    if (golden.name.startsWith('k-diffusion/Denoiser-karras'))
      return () => ({ loss: [losses(karrasDenoiser(golden)), numbers(golden.loss)] });
    if (/^score_sde\/(v[pe]|subvp)/.test(golden.name))
      return () => {
        const elements = numbers(golden.batch).length / (shape(golden.batch)[0] ?? 1);
        const scale = flag(golden.reduce_mean) ? 1 : elements / 2;
        return { loss: [[scale * mean(losses(scoreSde(golden)))], [number(golden.loss)]] };
      };
    if (golden.name === 'torchcfm/ConditionalFlowMatcher-sigma0.0')
      return () => {
        const process = linearInterpolant(rectifiedFlow());
        const levels = [...numbers(golden.t)].map((t) => process.at(1 - t)); // the peer's time runs from noise to data
        const { x, target } = noisyInputs({ process, parameterization: velocity() }, array(golden.x1), array(golden.x0), levels);
        return { xt: [x.dataSync(), numbers(golden.xt)], ut: [target.dataSync(), numbers(golden.ut).map((u) => -u)] };
      };
    return undefined;
  },
  { tolerance: { abs: 1e-6, rel: 1e-3 } },
);

describeGoldens(
  'diffusionLoss',
  improved,
  (golden, header) => {
    const predictions: Record<string, Parameterization> = { EPSILON: epsilon(), START_X: x0() };
    const parameterization = predictions[text(golden.mean_type)];
    const fixed = text(golden.var_type).startsWith('FIXED') && text(golden.loss_type).endsWith('MSE');
    if (parameterization === undefined || !fixed) return undefined;
    return () => {
      const process = ddpm(golden.schedule === 'cosine' ? cosineBetas() : linearBetas());
      const kept = golden.respacing === null ? 1000 : Number(golden.respacing);
      const original = [...numbers(golden.t)].map((i) => Math.round((i * 999) / (kept - 1)));
      const { x0: data, noise } = record(record(header.inputs).A);
      const perExample = losses({
        process,
        parameterization: told(parameterization, ({ t }) => 1000 * t - 1),
        weighting: unweighted(parameterization),
        levels: original.map((i) => process.at((i + 1) / 1000)),
        data,
        noise,
        network: (x, t) => add(mul(mul(0.8, tanh(x)), sub(1, mul(0.0003, t))), mul(0.05, cos(mul(0.003, t)))),
      });
      return { loss: [perExample, numbers(record(golden.terms).loss)] };
    };
  },
  { tolerance: { abs: 1e-6, rel: 2e-3 } },
);
