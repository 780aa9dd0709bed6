import type { Grid } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, number, numbers, record, text } from '@tweedie/goldens';
import timesteps from '@tweedie/goldens/schedules/timesteps.json' with { type: 'json' };
import { leading } from './grids/leading.js';
import { linspace } from './grids/linspace.js';
import { skipping } from './grids/skipping.js';
import { trailing } from './grids/trailing.js';
import { linearBeta } from './linear-beta.js';

const process = variancePreserving(linearBeta()); // indices are times, on any schedule

describeGoldens('leading, linspace, trailing and skipping', timesteps, (golden) => {
  const kind = text(golden.class);
  const config = record(golden.scheduler_config);
  const steps = number(golden.num_inference_steps);
  const { num_train_timesteps = 1000, steps_offset = 0, original_inference_steps = 50 } = config;
  const { timestep_spacing = /^(DD[IP]M|PNDM)/.test(kind) ? 'leading' : 'linspace' } = config;
  const { strength = 1, original_inference_steps: original = original_inference_steps } = record(
    golden.set_timesteps_kwargs ?? {},
  );
  const trainSteps = number(num_train_timesteps);
  const inclusive = !/^(DPMSolver|UniPC|DEIS|SASolver)/.test(kind); // the others space for one step more
  const grids: Readonly<Record<string, () => Grid>> = {
    leading: () => leading({ trainSteps, offset: number(steps_offset), inclusive }),
    linspace: () => linspace({ trainSteps, inclusive, rounded: !/^(Euler|LMS|Heun|KDPM2)/.test(kind) }),
    trailing: () => trailing({ trainSteps }),
  };
  const grid = /^(LCM|TCD)/.test(kind)
    ? () => skipping({ trainSteps, originalSteps: number(original), strength: number(strength) })
    : grids[text(timestep_spacing)];
  if (grid === undefined) return undefined;
  return () => {
    // The last level is clean data, which has no index.
    const indices = grid()(process, steps)
      .slice(0, -1)
      .map(({ t }) => rounded(t * trainSteps - 1));
    // Some list the index of an inner stage again, and PNDM's Runge-Kutta start has indices in between.
    const half = Math.floor(Math.floor(trainSteps / steps) / 2);
    const between = kind === 'PNDMScheduler' && config.skip_prk_steps !== true ? indices.slice(1, 4).map((i) => i + half) : [];
    const listed = new Set(numbers(golden.timesteps).map(rounded));
    return { timesteps: [indices, Float64Array.from(listed).filter((index) => !between.includes(index))] };
  };
});

/** Undoes the rounding of `(i + 1)/1000·1000 − 1`, so that whole indices are compared exactly. */
function rounded(index: number): number {
  return Number(index.toFixed(9));
}
