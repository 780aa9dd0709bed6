/** Going on with a run: its settings are fixed, so flags may repeat them and no more. */
import { invalid } from '@tweedie/core';
import type { TrainFlags } from './commands/train.js';
import type { Run } from './run-file.js';

/**
 * The run that a folder holds.
 * @throws RangeError (`run-differs`) if the flags ask for another
 */
export function resumed(run: Run, flags: TrainFlags): Run {
  const { steps, batch, learningRate: lr, seed, shards } = run.training;
  const begun = { steps, batch, lr, seed, shards };
  for (const name of Object.keys(begun) as (keyof typeof begun)[]) {
    const asked = flags[name];
    if (asked !== undefined && asked !== begun[name])
      throw invalid(
        'run-differs',
        `\`--${name}\` is ${asked}, but ${flags.out} was begun with ${begun[name]}: leave it out to resume, or start over with --fresh`,
      );
  }
  return run;
}
