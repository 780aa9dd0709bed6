/**
 * Trajectories of diffusers' PNDM, whose quirks live here:
 *
 * - a step goes to `t − T//n`, whatever timestep comes next, or to the end of its Runge–Kutta start that is listed;
 * - the second evaluation of the start of PLMS, and of a Runge–Kutta step of odd length, stands where the step does not end;
 * - `v` is combined over the steps as it is, and becomes noise at the present one.
 */
import type { NoiseLevel, Sampler } from '@tweedie/core';
import { combinePlain, liftedToTensors, mixtureDenoiser } from '@tweedie/testing';
import type { Comparison } from './describe-goldens.js';
import { alphasCumprod, tableLevel } from './diffusers-table.js';
import type { GoldenCase, GoldenHeader, JsonRecord } from './golden-file.js';
import { goldenSampler, type Lift, levelOf, type PeerDenoiser, type Sampled } from './golden-sampler.js';
import { mixtureOf } from './mixture.js';
import { number, numbers, record } from './read.js';

/** The state of a multistep sampler in noises, newest first. */
export type PastNoises<X> = readonly { readonly level: NoiseLevel; readonly epsilon: X }[];

/** A multistep sampler in noises, and with it what it runs on. */
export type PlayedMultistep =
  | Sampler<Float64Array, PastNoises<Float64Array>>
  | { readonly tensors: Sampler<Sampled, PastNoises<Sampled>> };

/** A step as the sampler sees it, and where `x` really stands at each of its evaluations. */
interface PeerStep {
  readonly from: NoiseLevel;
  readonly half: NoiseLevel;
  readonly to: NoiseLevel;
  readonly stands: readonly NoiseLevel[];
}

/** A run of `sampler` over the timesteps of a case, to be compared at each evaluation of the model. */
export function diffusersPndmTrajectory(
  golden: GoldenCase,
  header: GoldenHeader,
  sampler: PlayedMultistep,
): () => Promise<Comparison> {
  return async () => {
    const config = record(golden.scheduler_config);
    const table = alphasCumprod(config, 'PNDM');
    const timesteps = Array.from(numbers(golden.timesteps));
    const steps = planned(config, table, timesteps, Math.floor(table.length / number(golden.num_inference_steps)));
    const exact = mixtureDenoiser(mixtureOf(golden, header));
    const inV = config.prediction_type === 'v_prediction';
    const noiseOf = (output: Float64Array, x: Float64Array, { alpha, sigma }: NoiseLevel) =>
      inV ? combinePlain([alpha, output], [sigma, x]) : output;
    const evaluated: Float64Array[] = [];
    let own: readonly { readonly at: Float64Array; readonly output: Float64Array }[] = []; // the evaluations of a step
    let outputs: readonly Float64Array[] = []; // the first of each step, newest first

    /** What the model says at the next timestep; it is asked no more than there are: a run of one step has but one. */
    const answer = (input: Float64Array): Float64Array | undefined => {
      const t = timesteps[evaluated.length];
      if (t === undefined) return undefined;
      evaluated.push(input);
      const asked = tableLevel(table, t);
      const data = exact(input, asked, undefined);
      const noise = combinePlain([1 / asked.sigma, input], [-asked.alpha / asked.sigma, data]);
      return inV ? combinePlain([asked.alpha, noise], [-asked.sigma, data]) : noise;
    };

    const walking = <X>(multistep: Sampler<X, PastNoises<X>>, lift: Lift<X>): Sampler<X, PastNoises<X>> => ({
      path: 'any',
      step(context, x, past) {
        const { from, half, to } = steps[context.index] as PeerStep;
        const noise = (i: number) => lift((at) => noiseOf(outputs[i] ?? new Float64Array(), at, from))(x);
        const reread = past?.map(({ level }, i) => ({ level, epsilon: noise(i) }));
        own = [];
        const result = multistep.step({ ...context, from, to, process: { ...context.process, at: () => half } }, x, reread);
        outputs = [...own.slice(0, 1).map(({ output }) => output), ...outputs];
        return result;
      },
    });
    const denoiser: PeerDenoiser = (at, level, _, moment) => {
      const { from, stands } = steps[moment?.index ?? 0] as PeerStep;
      const [start = from] = stands;
      const stand = stands[own.length] ?? level;
      const [first = { at }, last] = [own[0], own.at(-1)];
      const direct = last === undefined || stand.logSnr === level.logSnr;
      const input = direct ? at : moved(first.at, noiseOf(last.output, first.at, start), start, stand);
      const output = answer(input) ?? last?.output ?? input;
      own = [...own, { at, output }];
      return combinePlain([1 / level.alpha, at], [-level.sigma / level.alpha, noiseOf(output, first.at, from)]);
    };
    const { final } = await goldenSampler({
      sampler: 'tensors' in sampler ? { tensors: walking(sampler.tensors, liftedToTensors) } : walking(sampler, (f) => f),
      form: 'variance preserving',
      levels: [...steps.map(({ from }) => from), ...steps.slice(-1).map(({ to }) => to)],
      denoiser,
      start: numbers(golden.start),
    });
    return { trajectory: [Float64Array.from([...evaluated, final].flatMap((x) => [...x])), golden.trajectory ?? null] };
  };
}

/** The steps of a run: three of Runge–Kutta or one of the improved Euler method, and then one for each timestep. */
function planned(config: JsonRecord, table: Float64Array, timesteps: readonly number[], stride: number): readonly PeerStep[] {
  const end = config.set_alpha_to_one === true ? levelOf(1, 0) : tableLevel(table, 0);
  const at = (t = Number.NaN) => ({ ...(t < 0 ? end : tableLevel(table, t)), t });
  const simple = (t: number) => ({ from: at(t), half: at(t), to: at(t - stride), stands: [at(t)] });
  if (config.skip_prk_steps === true) {
    const [first = 0, second] = timesteps;
    if (second === undefined) return [simple(first)];
    const start = { from: at(second + stride), half: at(second), to: at(second), stands: [at(first), at(first - stride)] };
    return [start, ...timesteps.slice(2).map(simple)];
  }
  const half = Math.floor(stride / 2);
  const rungeKutta = [0, 4, 8].map((i) => {
    const [start = 0, middle = 0, , to] = timesteps.slice(i, i + 4);
    return { from: at(start), half: at(middle), to: at(to), stands: [start, start - half, middle, to].map(at) };
  });
  return [...rungeKutta, ...timesteps.slice(12).map(simple)];
}

/** `x` along a noise. */
function moved(x: Float64Array, noise: Float64Array, from: NoiseLevel, to: NoiseLevel): Float64Array {
  const ratio = to.alpha / from.alpha;
  return combinePlain([ratio, x], [to.sigma - ratio * from.sigma, noise]);
}
