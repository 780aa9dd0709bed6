/**
 * Going on with a run: its settings are fixed, so flags may repeat them and no more; only the engine may change, if that is asked
 * for.
 */
import { invalid } from '@tweedie/core';
import { nameOf } from './data.js';
import { type EngineRequest, engineRequest } from './engine-request.js';
import { networkOf, networkText } from './network-spec.js';
import type { Run } from './run-file.js';
import { NUMBERS } from './settings.js';
import type { TrainFlags } from './train-flags.js';

const SETTINGS = [
  'data',
  'network',
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
  'lr',
  'rate',
  ...NUMBERS,
] as const;
const OF_ENGINE = ['threads', 'shards'] as const;

/**
 * The engine with which to go on with a run.
 * @throws RangeError (`run-differs`) if the flags ask for another run, with all that differs
 */
export function resumed({ data, model, training, sampling }: Run, flags: TrainFlags): EngineRequest {
  const { engine, learningRate: lr } = training;
  const begun: Readonly<Partial<Record<keyof TrainFlags, unknown>>> = {
    ...training,
    ...engine,
    ...model,
    lr,
    data: nameOf(data),
    network: networkText(model.network),
    size: 'size' in data ? data.size[0] : undefined,
    sampler: sampling.sampler,
    grid: sampling.grid,
    control: sampling.control ?? 'none',
  };
  const asked = flags.network === undefined ? flags : { ...flags, network: networkText(networkOf(flags.network, data)) };
  const switched = flags.engine !== undefined && flags.engine !== engine.kind;
  const differences = (switched ? SETTINGS : [...SETTINGS, ...OF_ENGINE])
    .filter((name) => asked[name] !== undefined && asked[name] !== begun[name])
    .map((name) => `\`--${kebab(name)}\` is ${asked[name]} and was ${begun[name] ?? `not for --engine ${engine.kind}`}`);
  if (differences.length > 0)
    throw invalid(
      'run-differs',
      `${flags.out} was begun with other settings: ${differences.join('; ')}: leave ${differences.length > 1 ? 'them' : 'it'} out to resume, or start over with --fresh`,
    );
  return switched ? engineRequest(flags) : engine;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
