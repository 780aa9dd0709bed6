/** Runs a sampler over the levels of a golden trajectory: in float64, or on tensors. */
import type { ForwardProcess, Moment, NoiseLevel, Sampler } from '@tweedie/core';
import { type Form, forms, liftedToTensors, linearLogSnr, type PlainOptions, samplePlain, sampleTensors } from '@tweedie/testing';

/** A sampler, and with it what it runs on: numbers, or tensors by core's driver. */
export type Played = Sampler<Float64Array> | { readonly tensors: Sampler };

/** What core's driver samples: a tensor. */
export type Sampled = Sampler extends Sampler<infer X> ? X : never;

/** What is said of numbers, of whatever a sampler runs on. */
export type Lift<X> = (f: (x: Float64Array) => Float64Array) => (x: X) => X;

/** An estimate of x0 in a peer's fashion; `call` counts the evaluations of the run. */
export type PeerDenoiser = (x: Float64Array, level: NoiseLevel, call: number, moment?: Moment<Float64Array>) => Float64Array;

/** An estimate of x0 that stands in for the exact one of a case. */
export type GoldenDenoiser = (x: Float64Array, level: NoiseLevel, moment?: Moment<Float64Array>) => Float64Array;

/** A run to be compared. */
export interface GoldenRun {
  readonly sampler: Played;
  /** What a peer does that our sampler does not. */
  readonly wrap?: <X>(sampler: Sampler<X>, lift: Lift<X>) => Sampler<X>;
  /** Of the process, or the process itself. */
  readonly form: Form | ForwardProcess;
  readonly levels: readonly NoiseLevel[];
  readonly denoiser: PeerDenoiser;
  readonly start: Float64Array;
  /** The peer's draws. */
  readonly noise?: readonly Float64Array[];
  /** Does a peer draw in every step, needed or not, and how often? Default: its draws are used in their order. */
  readonly drawsEveryStep?: boolean | number;
}

/** What peers write down: `x` at every evaluation and at the end, or at every level. */
export interface GoldenPath {
  /** `x` as each evaluation got it, then the result; flat. */
  readonly evaluated: Float64Array;
  /** `x` as the first evaluation of each step got it; flat. */
  readonly opened: Float64Array;
  /** `x` at each level, from the start on; flat. */
  readonly states: Float64Array;
  /** The result. */
  readonly final: Float64Array;
}

/** Runs the sampler. */
export async function goldenSampler(run: GoldenRun): Promise<GoldenPath> {
  const { sampler, wrap = (each) => each, form, levels, denoiser, start, noise = [] } = run;
  const perStep = Number(run.drawsEveryStep ?? 0);
  const inputs: { readonly x: Float64Array; readonly index: number }[] = [];
  let draws = 0;
  const options: Omit<PlainOptions, 'sampler'> = {
    process: typeof form === 'string' ? forms(linearLogSnr({ min: -20, max: 20 }))[form] : form,
    levels,
    start,
    denoiser: (x, level, _, moment) => denoiser(x, level, inputs.push({ x, index: moment?.index ?? 0 }) - 1, moment),
    noise: ({ index, draw }) => {
      const normal = noise[perStep > 0 ? index * perStep + draw : draws++];
      if (normal === undefined) throw new Error(`the peer has no draw for step ${index}`);
      return normal;
    },
  };
  const steps =
    'tensors' in sampler
      ? await sampleTensors({ ...options, sampler: wrap(sampler.tensors, liftedToTensors) })
      : samplePlain({ ...options, sampler: wrap(sampler, (f) => f) });
  const final = steps.at(-1)?.x ?? start;
  return {
    evaluated: joined([...inputs.map(({ x }) => x), final]),
    opened: joined(inputs.filter(({ index }, call) => index !== inputs[call - 1]?.index).map(({ x }) => x)),
    states: joined([start, ...steps.map(({ x }) => x)]),
    final,
  };
}

function joined(arrays: readonly Float64Array[]): Float64Array {
  return Float64Array.from(arrays.flatMap((array) => [...array]));
}

/** A level from `alpha` and `sigma`; what a sampler knows of it, without a clock. */
export function levelOf(alpha: number, sigma: number): NoiseLevel {
  return { t: Number.NaN, alpha, sigma, logSnr: 2 * Math.log(alpha / sigma) };
}
