import { add, clone, mean, mul, type Rank, reshape, type Tensor, type Tensor1D, tensor, tensor1d } from '@tensorflow/tfjs-core';
import { invalid, type Key, type Parameterization, type TimeSampler } from '@tweedie/core';
import { tensorArithmetic } from '../bounds/arithmetic.js';
import type { Gaussian } from '../bounds/gaussian.js';
import type { PlannedStep } from '../bounds/reverse-options.js';
import { type MeanCoefficients, modelMean, type VarianceBounds } from '../bounds/reverse-step.js';
import type { ReverseVariance } from '../bounds/reverse-variance.js';

/** The tensors of {@link BoundInputs}. */
export type BoundTensors = {
  /** The network's input, `in·x_t`, and what it is told. */
  readonly x: Tensor;
  readonly noise: Tensor1D;
  readonly data: Tensor;
  /** `x_t`. */
  readonly noisy: Tensor;
  /** What the model's step is compared with: the posterior's mean, or a draw. */
  readonly reference: Tensor;
  /** With a draw, the logarithm of its density under the forward process. */
  readonly density?: Tensor;
  readonly mean: MeanCoefficients<Tensor>;
  readonly bounds: VarianceBounds<Tensor>;
  /** 1 in the step to data, else 0. */
  readonly last: Tensor;
  /** The prior term, in nats per element. */
  readonly prior: Tensor1D;
  readonly times: Tensor1D;
  readonly importance?: Tensor1D;
};

/** What one evaluation of a discrete bound needs, owned by the caller. Every tensor has the batch as first axis. */
export type BoundInputs<Condition = undefined> = BoundTensors & { readonly condition: Condition };

/** What a form of the bound draws. */
export type Drawn = Pick<BoundTensors, 'noisy' | 'reference' | 'density' | 'prior'>;

/** Numbers, one per sample, as a column that broadcasts over `x`. */
export function column(values: readonly number[], x: Tensor): Tensor {
  return tensor(Float32Array.from(values), [values.length, ...x.shape.slice(1).map(() => 1)]);
}

/** The mean over the elements of each sample. */
export function perSample(x: Tensor, batch: number): Tensor1D {
  return mean(reshape<Rank.R2>(x, [batch, -1]), 1);
}

/** `Σ cᵢ·xᵢ` with one coefficient per sample. */
export function mixed(...terms: readonly (readonly [coefficients: readonly number[], x: Tensor])[]): Tensor {
  const [first, ...rest] = terms.map(([coefficients, x]) => mul(column(coefficients, x), x));
  if (first === undefined) throw invalid('combine-empty', 'a combination needs at least one term, got none');
  return rest.reduce((sum, term) => add(sum, term), first);
}

/** Steps for a batch, as the times that a sampler draws fall into them. */
export function drawSteps(
  plan: readonly PlannedStep[],
  sampler: TimeSampler,
  key: Key,
  count: number,
  memory: unknown,
): { readonly steps: readonly PlannedStep[]; readonly times: readonly number[]; readonly weights?: readonly number[] } {
  const draw = sampler.draw(key, count, memory);
  const steps = draw.times.flatMap((t) => plan[Math.min(plan.length - 1, Math.floor(t * plan.length))] ?? []);
  if (steps.length !== count)
    throw invalid('times-mismatch', `the time sampler must give ${count} times, got ${draw.times.length}`);
  return { steps, ...draw };
}

/** All inputs from what was drawn; call inside `tidy`. */
export function boundTensors(
  data: Tensor,
  { steps, times, weights }: ReturnType<typeof drawSteps>,
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
    times: tensor1d(Float32Array.from(times)),
    ...(weights === undefined ? {} : { importance: tensor1d(Float32Array.from(weights)) }),
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
