import { clone, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import type { Key, Parameterization, TimeSampler } from '@tweedie/core';
import { tensorArithmetic } from '../bounds/arithmetic.js';
import type { BoundTensors } from '../bounds/bound-inputs.js';
import type { Gaussian } from '../bounds/gaussian.js';
import type { PlannedStep } from '../bounds/reverse-options.js';
import { modelMean } from '../bounds/reverse-step.js';
import type { ReverseVariance } from '../bounds/reverse-variance.js';
import { binOf } from './histogram.js';
import { column, mixed } from './per-sample.js';
import { drawTimes, type TimeDraw, timed } from './timed.js';

/** What a form of the bound draws. */
export type Drawn = Pick<BoundTensors, 'noisy' | 'reference' | 'density' | 'prior'>;

/** Steps for a batch, as the times that a sampler draws fall into them. */
export function drawSteps(
  plan: readonly PlannedStep[],
  sampler: TimeSampler,
  key: Key,
  count: number,
  memory: unknown,
): TimeDraw & { readonly steps: readonly PlannedStep[] } {
  const draw = drawTimes(sampler, key, count, memory);
  return { steps: draw.times.flatMap((t) => plan[binOf(t, plan.length)] ?? []), ...draw };
}

/** All inputs from what was drawn; call inside `tidy`. */
export function boundTensors(
  data: Tensor,
  { steps, ...draw }: ReturnType<typeof drawSteps>,
  parameterization: Parameterization,
  drawn: Drawn,
): BoundTensors {
  const scalings = steps.map(({ level }) => parameterization(level));
  const of = (f: (step: PlannedStep) => number): Tensor => column(steps.map(f), data);
  return {
    ...drawn,
    x: mixed([scalings.map((scaling) => scaling.in), drawn.noisy]),
    noise: tensor1d(Float32Array.from(scalings, ({ noise }) => noise)),
    data: clone(data),
    mean: {
      skip: of(({ mean }) => mean.skip),
      out: of(({ mean }) => mean.out),
      noisy: of(({ mean }) => mean.noisy),
      data: of(({ mean }) => mean.data),
    },
    bounds: { small: of((step) => step.small), large: of((step) => step.large), transition: of((step) => step.transition) },
    last: of(({ previous }) => (previous === undefined ? 1 : 0)),
    ...timed(draw),
  };
}

/** `p(x_s | x_t)` of a network's answer. */
export function modelOf(
  { noisy, mean, bounds }: BoundTensors,
  { rule, limit = Infinity }: { readonly rule: ReverseVariance; readonly limit?: number | undefined },
  [answer, output]: readonly [answer: Tensor, output: Tensor | number],
): Gaussian<Tensor> {
  return {
    mean: modelMean(tensorArithmetic, mean, noisy, answer, limit),
    logVariance: rule.logVariance(tensorArithmetic, bounds, output),
  };
}
