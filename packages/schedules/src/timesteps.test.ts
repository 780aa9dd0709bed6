import { variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, number, numbers, record, text } from '@tweedie/goldens';
import timesteps from '@tweedie/goldens/schedules/timesteps.json' with { type: 'json' };
import { linearBetas } from './betas.js';
import { fromBetas } from './from-betas.js';
import { leading } from './leading.js';
import { linspace } from './linspace.js';
import { trailing } from './trailing.js';

const process = variancePreserving(fromBetas(linearBetas()));
const spacesForOneMore = /^(DPMSolver|UniPC|DEIS)/;
const keepsFractions = /^(Euler|LMS|Heun)/;

describeGoldens(
  'leading, linspace and trailing',
  timesteps,
  ({ class: peer, scheduler_config, num_inference_steps, timesteps: golden }) => {
    const { timestep_spacing: spacing, steps_offset: offset } = record(scheduler_config);
    if (spacing === undefined) return undefined;
    return () => {
      const inclusive = !spacesForOneMore.test(text(peer));
      const grid = {
        leading: leading({ offset: number(offset), inclusive }),
        linspace: linspace({ inclusive, rounded: !keepsFractions.test(text(peer)) }),
        trailing: trailing(),
      }[text(spacing)];
      const levels = grid?.(process, number(num_inference_steps)) ?? [];
      // The last level is clean data, which has no index. PNDM and Heun list the index of an inner stage again.
      const indices = levels.slice(0, -1).map(({ t }) => t * 1000 - 1);
      return { timesteps: [indices.map(rounded), Float64Array.from(new Set(numbers(golden).map(rounded)))] };
    };
  },
);

/** Undoes the rounding of `(i + 1)/1000·1000 − 1`, so that whole indices are compared exactly. */
function rounded(index: number): number {
  return Number(index.toFixed(9));
}
