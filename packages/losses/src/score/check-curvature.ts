/**
 * Whether training through a curvature trains on the right gradient. `registerGradients` mends what tfjs differentiates wrongly the second
 * time, but not a third party's operations, and nobody would be told; so what takes the gradient of a gradient looks once. The gradient by
 * the parameters of
 *
 *     Σ vᵀ(∂f/∂x)v
 *
 * is held against that of its central differences, which are differentiated once only, for several steps; the two that agree best say by
 * how much differences can be trusted. The parameters are moved to a random point near by, since a layer of zeros hides those before it.
 */
import {
  add,
  clone,
  concat,
  mul,
  norm,
  reshape,
  type Scalar,
  stack,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
  variableGrads,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { foldIn, invalid, type Key, normal, type Parameters, registerGradients } from '@tweedie/core';
import { type Curvature, exactCurvature, type Field, finiteDifferences } from './curvature.js';
import { rademacher } from './rademacher.js';

/** Steps of the differences, in the units of x. */
const STEPS = [2 ** -4, 2 ** -6, 2 ** -8];

/** The part by which the gradients may differ, beside what differences differ by among themselves. */
const TOLERANCE = 0.005;

/** The part of the gradient of `Σ vᵀf` that is as nothing: a curvature may not depend on the parameters. */
const ROUNDING = 1e-4;

/** How far the random point is from the parameters: a part of what a unit's inputs add up to. */
const NEAR = 0.3;

/**
 * Checks that a field can be trained through its exact curvature.
 * @param parameters those of the field; moved, and what they were when this returns its promise
 * @throws Error (`second-order-wrong`)
 */
export async function checkCurvature(field: Field, parameters: Parameters, x: Tensor, key: Key): Promise<void> {
  registerGradients();
  const measured = tidy(() => measure(field, parameters, x, key));
  const [scale = 0, ...numbers] = await measured.data();
  measured.dispose();
  const found = STEPS.slice(1).map((_, i) => {
    const [size = 0, spread = 0, error = 0] = numbers.slice(3 * i, 3 * i + 3);
    return { size, spread, error };
  });
  const { size, spread, error } = found.reduce((a, b) => (b.spread < a.spread ? b : a));
  if (error <= ROUNDING * scale || (error <= TOLERANCE * size + 2 * spread && spread <= size / 10)) return;
  throw invalid(
    'second-order-wrong',
    `the loss differentiates the network twice, and its gradient is off by ${error} of ${size}, where differences are by ${spread}: tfjs lacks the second derivative of an operation of the network; pass \`curvature: finiteDifferences()\``,
    Error,
  );
}

/**
 * The length of the gradient of `Σ vᵀf`; then, for each step but the first, the length of the gradient by differences, its distance from
 * that of the step before, and from the exact one.
 */
function measure(field: Field, parameters: Parameters, x: Tensor, key: Key): Tensor {
  const variables = [...parameters.values()].filter(({ trainable }) => trainable);
  const before = variables.map((variable) => clone(variable));
  const direction = rademacher(key, x.shape);
  const gradient = (of: () => Scalar): Tensor1D => {
    const { grads } = variableGrads(of, variables);
    return concat(variables.map((variable) => reshape(grads[variable.name] ?? zerosLike(variable), [-1])));
  };
  const through = (along: Curvature): Tensor1D =>
    gradient(() => {
      const { value, curvature } = along(field, x, direction);
      // tfjs refuses a function that depends on no variable, as a curvature may do
      return add(sum<Scalar>(curvature), mul(sum<Scalar>(value), 0));
    });
  try {
    for (const [i, variable] of variables.entries()) {
      const rows = variable.size / (variable.shape.at(-1) ?? 1);
      variable.assign(add(variable, mul(normal(foldIn(key, i), variable.shape), NEAR / Math.sqrt(rows))));
    }
    const exact = through(exactCurvature());
    const differences = STEPS.map((step) => through(finiteDifferences({ step })));
    return stack([
      norm(gradient(() => sum(mul(field(x), direction)))),
      ...differences.slice(1).flatMap((fine, i) => [norm(fine), norm(sub(fine, differences[i] ?? fine)), norm(sub(exact, fine))]),
    ]);
  } finally {
    for (const [i, variable] of variables.entries()) variable.assign(before[i] ?? variable);
  }
}
