/** The table of a diffusers configuration, and what its model takes a timestep for. */
import type { NoiseLevel } from '@tweedie/core';
import type { JsonRecord } from './golden-file.js';
import { levelOf } from './golden-sampler.js';
import { number, numbers } from './read.js';

/** The level of a timestep; between two of them `ln(sigma/alpha)` is linear. */
export function tableLevel(table: Float64Array, t: number): NoiseLevel {
  const level = (index: number) => {
    const product = table[index] ?? Number.NaN;
    return levelOf(Math.sqrt(product), Math.sqrt(1 - product));
  };
  const below = Math.floor(t);
  if (t === below) return level(t);
  const share = t - below;
  const logSnr = (1 - share) * level(below).logSnr + share * level(below + 1).logSnr;
  return levelOf(1 / Math.sqrt(1 + Math.exp(-logSnr)), 1 / Math.sqrt(1 + Math.exp(logSnr)));
}

/** ∏(1 − β) of the configured schedule. */
export function alphasCumprod(config: JsonRecord, kind: string): Float64Array {
  const trained = config.trained_betas == null ? undefined : numbers(config.trained_betas);
  const count = trained?.length ?? number(config.num_train_timesteps ?? 1000);
  const latent = /^(Heun|KDPM2)/.test(kind);
  const line = (start: number, end: number, i: number) => start + ((end - start) * i) / (count - 1);
  const capped = (alphaBar: (t: number) => number, i: number) =>
    Math.min(1 - alphaBar((i + 1) / count) / alphaBar(i / count), 0.999);
  const beta = (i: number): number => {
    if (trained !== undefined) return trained[i] ?? Number.NaN;
    const start = number(config.beta_start ?? (latent ? 0.00085 : 0.0001));
    const end = number(config.beta_end ?? (latent ? 0.012 : 0.02));
    if (config.beta_schedule === 'scaled_linear') return line(Math.sqrt(start), Math.sqrt(end), i) ** 2;
    if (config.beta_schedule === 'squaredcos_cap_v2') return capped(cosine, i);
    if (config.beta_schedule === 'laplace') return capped(laplace, i);
    if (config.beta_schedule === 'exp') return capped((t) => Math.exp(-12 * t), i);
    if (config.beta_schedule === 'sigmoid') return start + (end - start) / (1 + Math.exp(-line(-6, 6, i)));
    if (config.beta_schedule !== undefined && config.beta_schedule !== 'linear')
      throw new Error(`a table of the kind ${config.beta_schedule} is not known`);
    return line(start, end, i);
  };
  let product = 1;
  const table = Float64Array.from({ length: count }, (_, i) => {
    product *= 1 - beta(i);
    return product;
  });
  if (config.rescale_betas_zero_snr !== true) return table;
  const [first, last] = [Math.sqrt(table[0] ?? 1), Math.sqrt(table.at(-1) ?? 0)];
  const rescaled = table.map((value) => (((Math.sqrt(value) - last) * first) / (first - last)) ** 2);
  if (!/^DD[IP]M/.test(kind)) rescaled[count - 1] = 2 ** -24;
  return rescaled;
}

function cosine(t: number): number {
  return Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2;
}

function laplace(t: number): number {
  const logSnr = (t > 0.5 ? 0.5 : -0.5) * Math.log(1 - 2 * Math.abs(0.5 - t) + 1e-6);
  return 1 / Math.sqrt(1 + Math.exp(-logSnr));
}
