/**
 * Going on with a run: its settings are fixed, so flags may repeat them and no more; only the engine may change, if that is asked
 * for.
 */
import { invalid } from '@tweedie/core';
import { nameOf } from './data.js';
import { type EngineRequest, engineRequest } from './engine-request.js';
import type { Run } from './run-file.js';
import type { TrainFlags } from './train-flags.js';

const SETTINGS = [
  'data',
  'size',
  'schedule',
  'process',
  'parameterization',
  'objective',
  'weighting',
  'times',
  'sampler',
  'grid',
  'control',
  'steps',
  'batch',
  'lr',
  'seed',
] as const;
const OF_ENGINE = ['threads', 'shards'] as const;

/**
 * The engine with which to go on with a run.
 * @throws RangeError (`run-differs`) if the flags ask for another run
 */
export function resumed({ data, model, training, sampling }: Run, flags: TrainFlags): EngineRequest {
  const { engine, learningRate: lr } = training;
  const begun: Readonly<Partial<Record<keyof TrainFlags, unknown>>> = {
    ...training,
    ...engine,
    ...model,
    lr,
    data: nameOf(data),
    size: 'size' in data ? data.size[0] : undefined,
    sampler: sampling.sampler,
    grid: sampling.grid,
    control: sampling.control ?? 'none',
  };
  const switched = flags.engine !== undefined && flags.engine !== engine.kind;
  for (const name of switched ? SETTINGS : [...SETTINGS, ...OF_ENGINE]) {
    const asked = flags[name];
    if (asked !== undefined && asked !== begun[name])
      throw invalid(
        'run-differs',
        `\`--${name}\` is ${asked}, but ${flags.out} was begun with ${begun[name] ?? `--engine ${engine.kind}`}: leave it out to resume, or start over with --fresh`,
      );
  }
  return switched ? engineRequest(flags) : engine;
}
