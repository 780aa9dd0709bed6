/** Five hundred steps of a small network: memory must be the same in the middle as at the end. */
import { add, dispose, memory, mul, tidy, zeros } from '@tensorflow/tfjs-core';
import { denoiser, foldIn, key, normal, sampleSteps } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss } from '@tweedie/losses';
import { mlp } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { ddim } from '@tweedie/samplers';
import { clamped, cosine, uniformLogSnr } from '@tweedie/schedules';
import { ema, train } from '@tweedie/training';

/** What tfjs counts; of GPU buffers where the backend tells. */
export interface Held {
  readonly tensors: number;
  readonly buffers: number;
  readonly bytes: number;
  /** Bytes of the GPU in use. */
  readonly used: number | undefined;
  /** With those kept for reuse. */
  readonly allocated: number | undefined;
}

/** At two moments of each. */
export type Endurance = Readonly<Record<'training' | 'sampling' | 'both', readonly Held[]>>;

/** Products of matrices have more than 128 elements: for fewer, tfjs's WebGPU has a way that is very slow in software. */
const SHAPE: readonly number[] = [16, 9];
const STEPS = 250;
/** By then shaders are compiled, and buffers for reuse are made. The last step of sampling is unlike the others. */
const MOMENTS = [109, 249];

/** What is held in the middle and at the end, on the current backend, of training and of sampling, and before and after both. */
export async function endurance(): Promise<Endurance> {
  const before = await held();
  const network = mlp({ key: key(0), features: 9, width: 16, layers: 1, embedding: 16 });
  const process = variancePreserving(clamped(cosine(), { min: -6, max: 6 }));
  const objective = diffusionLoss({ network, process, parameterization: v() });
  const average = ema(objective.parameters);
  const [training, sampling]: [Held[], Held[]] = [[], []];
  const common = { objective, ema: average, steps: STEPS, key: key(1), clip: 1 };
  for await (const { step } of train({ ...common, batches: points })) if (MOMENTS.includes(step)) training.push(await held());
  const options = { process, grid: uniformLogSnr(), steps: STEPS, key: key(2), start: SHAPE };
  const sampler = ddim({ eta: 1 });
  for await (const { index } of sampleSteps({ ...options, denoiser: denoiser(network, v()), sampler }))
    if (MOMENTS.includes(index + 1)) sampling.push(await held());
  average.dispose();
  dispose([...network.parameters.values()]);
  return { training, sampling, both: [before, await held()] };
}

function* points(from: number) {
  for (let i = from; ; i++) yield { x: tidy(() => mul(normal(foldIn(key(3), i), [...SHAPE]), 0.5)) };
}

async function held(): Promise<Held> {
  // A GPU frees a buffer when the work that uses it is handed in, as for a read; tfjs adds small tensors on the processor.
  const sum = tidy(() => add(zeros([4096]), 1));
  await sum.data();
  sum.dispose();
  const { numTensors, numDataBuffers, numBytes } = memory();
  const gpu = (name: string): number | undefined => Reflect.get(memory(), name);
  const [used, allocated] = [gpu('numBytesInGPU'), gpu('numBytesAllocatedInGPU')];
  return { tensors: numTensors, buffers: numDataBuffers, bytes: numBytes, used, allocated };
}
