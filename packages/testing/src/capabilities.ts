/**
 * What a backend can do, found out by doing it: each kernel that networks, losses, optimisers and samplers use, and its gradient
 * where they differentiate it, is run on small inputs and held against the same formula in float64. Gradients are held against
 * central differences of that formula.
 */
import { getBackend, getKernel, type Tensor } from '@tensorflow/tfjs-core';
import { registerGradients } from '@tweedie/core';
import { type KernelCase, kernelCases } from './internal/kernel-cases.js';
import type { Plain } from './internal/plain.js';
import { expectedGradients, expectedOutputs, gradientsOf, outputsOf } from './internal/run-case.js';

/**
 * How a kernel did. `deviation` is the largest of an element, as a share of the largest element of its tensor; `wrong` is one beyond
 * 1e-4. `composed`: the backend does without, since other kernels are composed where one of our own making is absent.
 */
export type KernelOutcome =
  | { readonly state: 'works' | 'wrong'; readonly deviation: number }
  | { readonly state: 'missing'; readonly reason: string }
  | { readonly state: 'composed' };

/** One kernel on one backend. */
export interface KernelCapability {
  readonly kernel: string;
  readonly forward: KernelOutcome;
  /** Of kernels that are differentiated. */
  readonly gradient?: KernelOutcome;
}

const TOLERANCE = 1e-4;

/**
 * Runs every kernel on the current backend (`await useBackend(webgpu())` before); seconds. Leaves no tensor behind. Sorted by name;
 * a kernel that is called in several ways has the worst of the outcomes.
 */
export async function capabilities(): Promise<readonly KernelCapability[]> {
  registerGradients();
  const rows = new Map<string, KernelCapability>();
  for (const each of kernelCases) {
    const before = rows.get(each.kernel);
    const forward = worst(before?.forward, await outcome(each, outputsOf, expectedOutputs));
    const gradient = each.gradient
      ? worst(before?.gradient, await outcome(each, gradientsOf, expectedGradients))
      : before?.gradient;
    rows.set(each.kernel, { kernel: each.kernel, forward, ...(gradient && { gradient }) });
  }
  return [...rows.values()].sort((a, b) => (a.kernel < b.kernel ? -1 : 1));
}

async function outcome(
  each: KernelCase,
  run: (each: KernelCase) => readonly Tensor[],
  expected: (each: KernelCase) => readonly Plain[],
): Promise<KernelOutcome> {
  if (each.optional && getKernel(each.kernel, getBackend()) == null) return { state: 'composed' };
  try {
    const tensors = run(each);
    const read = await Promise.allSettled(tensors.map((tensor) => tensor.data()));
    for (const tensor of tensors) tensor.dispose();
    const actual = read.map((result): ArrayLike<number> => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
    const deviations = expected(each).map((reference, i) => deviation(actual[i] ?? [], reference.values));
    const largest = Math.max(...deviations);
    return { state: largest <= TOLERANCE ? 'works' : 'wrong', deviation: largest };
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { state: 'missing', reason };
  }
}

function deviation(actual: ArrayLike<number>, reference: readonly number[]): number {
  if (actual.length !== reference.length) return Number.POSITIVE_INFINITY;
  const largest = Math.max(...reference.map(Math.abs)) || 1;
  const deviations = reference.map((value, i) => Math.abs((actual[i] ?? Number.NaN) - value) / largest);
  return deviations.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...deviations);
}

function worst(before: KernelOutcome | undefined, now: KernelOutcome): KernelOutcome {
  if (before === undefined || rank(now) > rank(before)) return now;
  return before;
}

/** Deviations, and beyond every one of them what is missing. */
function rank(outcome: KernelOutcome): number {
  return 'deviation' in outcome ? Math.min(outcome.deviation, Number.MAX_VALUE) : Number.POSITIVE_INFINITY;
}
