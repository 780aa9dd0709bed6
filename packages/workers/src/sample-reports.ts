/** Sampling as a stream for another thread. */
import type { SampleStep } from '@tweedie/core';
import { everyStep } from './internal/every-step.js';
import type { Moved } from './moved.js';
import { type PackedTensor, packTensors } from './pack.js';

/** Options of {@link sampleReports}. */
export interface SampleReportsOptions {
  /** Steps between two previews, each of which reads tensors back. Default 1; Infinity for none. */
  readonly every?: number;
}

/** What is told of a step. */
export interface SampleReport extends Omit<SampleStep, 'x' | 'denoised'> {
  /** The estimate of the data, every so many steps. */
  readonly preview?: PackedTensor;
  /** With the last step: the samples. */
  readonly result?: PackedTensor;
}

/**
 * The steps of `sampleSteps` with their tensors packed and moved, for a handler: `yield* sampleReports(sampleSteps(options))`.
 * @throws RangeError `every-not-positive`; what the steps throw
 */
export async function* sampleReports(
  steps: AsyncIterable<SampleStep>,
  { every = 1 }: SampleReportsOptions = {},
): AsyncGenerator<Moved<SampleReport>, void> {
  const due = everyStep('every', every);
  for await (const { x, denoised, ...report } of steps) {
    const number = report.index + 1;
    yield await packTensors({
      ...report,
      ...(due(number) && { preview: denoised }),
      ...(number === report.count && { result: x }),
    });
  }
}
