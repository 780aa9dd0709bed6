/** The settings of a new run: the defaults for its data, and what the command line said in place of them. */
import type { DataSpec } from './data.js';
import { DEFAULTS, defaultsFor } from './defaults.js';
import type { EngineRecord } from './engine-record.js';
import type { GuideFlags } from './guide.js';
import { networkOf } from './network-spec.js';
import type { Run } from './run-file.js';
import type { TrainFlags } from './train-flags.js';

/** A run before anything has happened; the number of steps may not be known yet. */
export type Settings = Omit<Run, 'status' | 'training'> & { readonly training: Omit<Run['training'], 'steps'> };

/** Flow matching learns a velocity, whatever else is asked for; this is where that is one. */
const FLOW = { process: 'linearInterpolant', parameterization: 'velocity' };

/** Steps of a grid whose levels are but stops: none on the way. */
const CONTROLLED_STEPS = 1;

/** Settings of the training whose flags have their names. */
export const NUMBERS = [
  'batch',
  'accumulate',
  'warmUp',
  'clip',
  'averaging',
  'conditionDropout',
  'seed',
  'keep',
] as const satisfies readonly (keyof TrainFlags & keyof Run['training'])[];

function given(flags: TrainFlags): Partial<Settings['training']> {
  const numbers = NUMBERS.flatMap((name): readonly (readonly [string, number])[] => {
    const value = flags[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(numbers), ...(flags.rate === undefined ? {} : { rate: flags.rate }) };
}

/** Another objective than the default one comes with its own weighting and times, unless the command line says otherwise. */
export function settingsOf(flags: TrainFlags, data: DataSpec, engine: EngineRecord): Settings {
  const { model, training, sampling } = defaultsFor(data);
  const { weighting, times, ...others } = training;
  return {
    format: 'tweedie-run',
    version: 4,
    data,
    model: {
      ...model,
      ...(flags.network === undefined ? {} : { network: networkOf(flags.network, data) }),
      ...(flags.objective?.trimStart().startsWith('flowMatching') ? FLOW : {}),
      ...(flags.schedule === undefined ? {} : { schedule: flags.schedule }),
      ...(flags.process === undefined ? {} : { process: flags.process }),
      ...(flags.parameterization === undefined ? {} : { parameterization: flags.parameterization }),
    },
    training: {
      ...(flags.objective === undefined ? training : { ...others, objective: flags.objective }),
      ...(flags.weighting === undefined ? {} : { weighting: flags.weighting }),
      ...(flags.times === undefined ? {} : { times: flags.times }),
      ...(flags.lr === undefined ? {} : { learningRate: flags.lr }),
      ...given(flags),
      engine,
    },
    sampling: {
      ...sampling,
      ...(flags.sampler === undefined ? {} : { sampler: flags.sampler }),
      ...(flags.control === undefined ? {} : { control: flags.control, steps: CONTROLLED_STEPS }),
      ...(flags.grid === undefined ? {} : { grid: flags.grid }),
    },
  };
}

/** What the command line may ask for in place of how a run samples. */
export interface SamplingFlags extends GuideFlags {
  readonly sampler?: string;
  readonly grid?: string;
  readonly steps?: number;
  readonly control?: string;
}

/** How to sample from a run. With `--guide` there is no guidance that was not asked for. Another sampler comes without the run's control, and a run without one has steps of another meaning. */
export function samplingOf({ data, sampling }: Pick<Run, 'data' | 'sampling'>, flags: SamplingFlags): Run['sampling'] {
  const { control = flags.sampler === undefined ? sampling.control : undefined } = flags;
  const usual = control === undefined ? DEFAULTS[data.kind].sampling.steps : CONTROLLED_STEPS;
  const alike = (control === undefined) === (sampling.control === undefined);
  return {
    sampler: flags.sampler ?? sampling.sampler,
    grid: flags.grid ?? sampling.grid,
    steps: flags.steps ?? (alike ? sampling.steps : usual),
    guidance: flags.guidance ?? (flags.guide === undefined ? sampling.guidance : 1),
    ...(control === undefined ? {} : { control }),
  };
}
