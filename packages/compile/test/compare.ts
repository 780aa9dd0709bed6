/** Runs a calculation and its gradient eagerly on tfjs's cpu backend, the reference, and compiled, and compares. */
import { add, grads, memory, mul, type Scalar, scalar, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { foldIn, key, normals } from '@tweedie/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { compile } from '../src/compile.js';
import type { Engine } from '../src/engine.js';
import type { Operand } from './operand.js';

export type Operation = (...inputs: Tensor[]) => Tensor | Tensor[];

/** An operation with inputs. */
export interface Trial {
  readonly operands: readonly Operand[];
  readonly op: Operation;
  /** The same by other means, where the cpu backend has no such kernel or a wrong one. Default `op`. */
  readonly reference?: Operation;
  /** Whether to compare the gradient by all inputs that are float32. Default true. */
  readonly gradient?: boolean;
  /**
   * On the largest difference of values, relative to the largest value, or to 0.3 where all are smaller: operands are of the
   * order of 1. Default 1e-5.
   */
  readonly tolerance?: number;
  /**
   * Whether differences are relative to the largest value or gradient of all, or to 1: what cancels out is as exact as what it is
   * made of. Default false.
   */
  readonly together?: boolean;
  /** What a report of a failure should say besides the operands. */
  readonly about?: string;
}

interface Results {
  readonly values: Tensor[];
  readonly gradients: Tensor[];
}

/** Values, and the gradient in a random direction. */
function evaluated(op: Operation, operands: readonly Operand[], stored: readonly Tensor[], withGradient: boolean): Results {
  const applied = (...inputs: Tensor[]): Tensor[] => [op(...operands.map((o, i) => o.restored(inputs[i] as Tensor)))].flat();
  const values = applied(...stored);
  const float = operands.flatMap(({ dtype }, i) => (dtype === 'float32' ? [i] : []));
  if (!withGradient || float.length === 0) return { values, gradients: [] };
  const loss = (...parts: Tensor[]): Scalar => {
    const results = applied(...stored.map((input, i) => parts[float.indexOf(i)] ?? input));
    const terms = results.map((result, i) =>
      sum(mul(result, tensor([...normals(foldIn(key(99), i), result.size)], result.shape))),
    );
    return terms.reduce((total, term) => add(total, term), scalar(0)) as Scalar;
  };
  return { values, gradients: grads(loss)(float.map((i) => stored[i] as Tensor)) };
}

/** The largest difference of two lists; equal infinities, and NaN in both, do not differ. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i], expected[i] ?? 0];
    if (a === undefined || Number.isNaN(a) !== Number.isNaN(b)) return Number.POSITIVE_INFINITY;
    if (a !== b && !Number.isNaN(a)) found = Math.max(found, Math.abs(a - b));
  }
  return found;
}

function largest(values: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] ?? 0);
    if (Number.isFinite(size)) found = Math.max(found, size);
  }
  return found;
}

/** How many times as many trials as usual: a search for mistakes takes 50. */
const TIMES = Number(process.env.TWEEDIE_RUNS ?? 1);

/** Expects that compiled equals eager in so many trials; more with TWEEDIE_RUNS. */
export function expectAllCompiled(engine: Engine, trials: fc.Arbitrary<Trial>, count: number): void {
  const described = trials.map((trial) => ({ ...trial, toString: () => `${trial.operands.join('; ')} ${trial.about ?? ''}` }));
  fc.assert(
    fc.property(described, (trial) => expectCompiled(engine, trial)),
    { numRuns: count * TIMES, includeErrorInReport: true },
  );
}

/** Expects that compiled equals eager, and that neither leaves a tensor behind. */
function expectCompiled(engine: Engine, trial: Trial): void {
  const { operands, op, reference = op, gradient = true, tolerance = 1e-5, together = false } = trial;
  const before = memory().numTensors;
  tidy(() => {
    const stored = operands.map((operand) => operand.stored());
    const whole = (f: Operation, inputs: readonly Tensor[]): Results => {
      const next = inputs.values();
      const all = stored.map((own, i) => (isInput(operands[i]) ? (next.next().value ?? own) : own));
      return evaluated(f, operands, all, gradient);
    };
    const inputs = stored.filter((_, i) => isInput(operands[i]));
    const compiled = compile((given: Tensor[]) => whole(op, given), { engine });
    const actual = compiled(inputs);
    compiled.dispose();
    const expected = whole(reference, inputs);
    compare('value', actual.values, expected.values, tolerance, together);
    compare('gradient', actual.gradients, expected.gradients, Math.max(tolerance, 1e-5), together);
  });
  expect(memory().numTensors).toBe(before);
}

function isInput(operand: Operand | undefined): boolean {
  return operand?.kind === 'input';
}

function compare(
  what: string,
  actual: readonly Tensor[],
  expected: readonly Tensor[],
  tolerance: number,
  together: boolean,
): void {
  const described = (tensors: readonly Tensor[]) => tensors.map(({ dtype, shape }) => `${dtype} [${shape}]`);
  expect(described(actual)).toEqual(described(expected));
  const scales = expected.map((tensor) => largest(tensor.dataSync()));
  for (const [i, tensor] of actual.entries()) {
    const error = difference(tensor.dataSync(), (expected[i] as Tensor).dataSync());
    const scale = together ? Math.max(1, ...scales) : Math.max(0.3, scales[i] ?? 0);
    expect(error / scale, `${what} ${i}`).toBeLessThanOrEqual(tolerance);
  }
}
