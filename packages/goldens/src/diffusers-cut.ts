/** What classes of diffusers do to an estimate of x0: dynamic thresholding (Saharia et al. 2022), clipping, or nothing. */
import type { GoldenCase } from './golden-file.js';
import { number, record, shape, text } from './read.js';

/** The cut that a case asks for, on all samples of a batch. */
export function cutting(golden: GoldenCase): (x0: Float64Array) => Float64Array {
  const kind = text(golden.class);
  const config = record(golden.scheduler_config);
  const thresholds = /^(DDIMScheduler|DDPM|LCM|(EDM)?DPMSolver|UniPC|DEIS|SASolver)/.test(kind) && config.predict_x0 !== false;
  if (thresholds && config.thresholding === true) {
    const size = shape(golden.start)
      .slice(1)
      .reduce((product, length) => product * length, 1);
    const ratio = number(config.dynamic_thresholding_ratio ?? 0.995);
    const most = number(config.sample_max_value ?? 1);
    return (x0) =>
      x0.map((_, i) => {
        const start = i - (i % size);
        const sample = x0.subarray(start, start + size);
        const bound = Math.min(most, Math.max(1, quantile(sample.map(Math.abs).sort(), ratio)));
        return clamp(x0[i] ?? 0, bound) / bound;
      });
  }
  const clips = /^DD[IP]M/.test(kind) ? config.clip_sample !== false : /^(LCM|Heun)/.test(kind) && config.clip_sample === true;
  if (!clips) return (x0) => x0;
  const range = number(config.clip_sample_range ?? 1);
  return (x0) => x0.map((value) => clamp(value, range));
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}

/** Between two entries of a sorted list the quantile is linear. */
function quantile(sorted: Float64Array, ratio: number): number {
  const position = ratio * (sorted.length - 1);
  const below = Math.floor(position);
  const [low = 0, high = low] = sorted.subarray(below, below + 2);
  return low + (position - below) * (high - low);
}
