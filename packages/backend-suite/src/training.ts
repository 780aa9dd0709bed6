/** Twenty steps of training a small U-Net: the curve of its loss. */
import { dispose, mul, tidy } from '@tensorflow/tfjs-core';
import { foldIn, key, normal } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss } from '@tweedie/losses';
import { compactUnet } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { ema, train } from '@tweedie/training';
import type { SuiteCase } from './suite-case.js';

/** Products of matrices have more than 128 elements: for fewer, tfjs's WebGPU has a way that is very slow in software. */
const BATCH = 9;

function* pictures(from: number) {
  for (let i = from; ; i++) yield { x: tidy(() => mul(normal(foldIn(key(1), i), [BATCH, 8, 8, 1]), 0.5)) };
}

/** The curve of a training of `steps` steps, on the current backend. */
export async function lossCurve(steps: number): Promise<number[]> {
  const network = compactUnet({ key: key(0), image: [8, 8, 1], widths: [8, 16], groups: 4, embedding: 16 });
  const process = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));
  const objective = diffusionLoss({ network, process, parameterization: v() });
  const average = ema(objective.parameters, { decay: 0.9 });
  const curve: number[] = [];
  for await (const { loss } of train({
    objective,
    batches: pictures,
    steps,
    key: key(2),
    learningRate: 3e-3,
    clip: 1,
    ema: average,
    logEvery: 1,
  }))
    if (loss !== undefined) curve.push(loss);
  dispose([...network.parameters.values(), ...average.parameters.values()]);
  return curve;
}

/** The case. */
export const training: readonly SuiteCase[] = [
  // logarithms, so that the tolerance is relative
  { name: 'training: 20 steps of a small U-Net', tolerance: 1e-3, run: async () => (await lossCurve(20)).map(Math.log) },
];
