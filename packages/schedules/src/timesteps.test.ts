import { variancePreserving } from '@tweedie/forward-process';
import { describeGoldens, number, numbers, record, text } from '@tweedie/goldens';
import timesteps from '@tweedie/goldens/schedules/timesteps.json' with { type: 'json' };
import { indicesOf, timesOfSteps } from '../test/diffusers.js';
import { explicit } from './grids/explicit.js';
import { skipping } from './grids/skipping.js';
import { linearBeta } from './linear-beta.js';

const process = variancePreserving(linearBeta()); // indices are times, on any schedule

describeGoldens('leading, linspace, trailing, skipping and explicit', timesteps, (golden) => {
  const kind = text(golden.class);
  const config = record(golden.scheduler_config);
  const options = record(golden.set_timesteps_kwargs ?? {});
  const trainSteps = number(config.num_train_timesteps ?? 1000);
  const indicesAsked = (): number[] => {
    if (options.timesteps !== undefined) {
      const times = Array.from(numbers(options.timesteps), (index) => (index + 1) / trainSteps);
      return explicit({ times: [...times, 0] })(process, times.length)
        .slice(0, -1)
        .map(({ t }) => rounded(t * trainSteps - 1));
    }
    const steps = number(golden.num_inference_steps);
    if (!/^(LCM|TCD)/.test(kind)) return indicesOf(kind, config, steps);
    const { strength = 1, original_inference_steps = config.original_inference_steps ?? 50 } = options;
    return skipping({ trainSteps, originalSteps: number(original_inference_steps), strength: number(strength) })(process, steps)
      .slice(0, -1)
      .map(({ t }) => rounded(t * trainSteps - 1));
  };
  return () => {
    const indices = indicesAsked();
    // Some list the index of an inner stage again, and PNDM's Runge-Kutta start has indices in between.
    const listed = [...new Set(Array.from(timesOfSteps(kind, golden.timesteps), rounded))];
    const half = Math.floor(Math.floor(trainSteps / indices.length) / 2);
    const between = kind === 'PNDMScheduler' && config.skip_prk_steps !== true ? indices.slice(1, 4).map((i) => i + half) : [];
    return { timesteps: [indices, Float64Array.from(listed.filter((i) => indices.includes(i) || !between.includes(i)))] };
  };
});

/** Undoes the rounding of `(i + 1)/1000·1000 − 1`, so that whole indices are compared exactly. */
function rounded(index: number): number {
  return Number(index.toFixed(9));
}
