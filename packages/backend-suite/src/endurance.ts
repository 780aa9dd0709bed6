/** Five hundred steps of a small network: memory must be the same in the middle as at the end. */
import { dispose, memory, mul, tidy } from '@tensorflow/tfjs-core';
import { denoiser, foldIn, key, normal, sampleSteps } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss } from '@tweedie/losses';
import { mlp } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { churned, dpmpp2m } from '@tweedie/samplers';
import { clamped, cosine, uniformLogSnr } from '@tweedie/schedules';
import { ema, train } from '@tweedie/training';

/** What tfjs counts; of GPU buffers where the backend tells. */
export interface Held {
  readonly tensors: number;
  readonly buffers: number;
  readonly bytes: number;
  /** Of the GPU: in use, and kept for reuse. */
  readonly gpu: readonly (number | undefined)[];
}

const STEPS = 250;
/** Until then buffers for reuse are made. */
const SETTLED = 150;

/** What is held in the middle and at the end, on the current backend, of training and of sampling, and before and after both. */
export async function endurance(): Promise<Readonly<Record<'training' | 'sampling' | 'both', readonly [Held, Held]>>> {
  const before = held();
  const network = mlp({ key: key(0), width: 8, layers: 2, embedding: 8 });
  const process = variancePreserving(clamped(cosine(), { min: -6, max: 6 }));
  const objective = diffusionLoss({ network, process, parameterization: v() });
  const average = ema(objective.parameters);
  const training = new Map<number, Held>();
  const common = { objective, ema: average, steps: STEPS, key: key(1), clip: 1, logEvery: 50 };
  for await (const { step } of train({ ...common, batches: points })) training.set(step, held());
  const sampling = new Map<number, Held>();
  const options = { process, grid: uniformLogSnr(), steps: STEPS, key: key(2), start: [8, 2] };
  const sampler = churned(dpmpp2m(), { amount: 1 });
  for await (const { index } of sampleSteps({ ...options, denoiser: denoiser(network, v()), sampler })) sampling.set(index, held());
  average.dispose();
  dispose([...network.parameters.values()]);
  const ends = (of: ReadonlyMap<number, Held>) => [of.get(SETTLED) ?? before, of.get(STEPS - 1) ?? before] as const;
  return { training: ends(training), sampling: ends(sampling), both: [before, held()] };
}

function* points(from: number) {
  for (let i = from; ; i++) yield { x: tidy(() => mul(normal(foldIn(key(3), i), [8, 2]), 0.5)) };
}

function held(): Held {
  const { numTensors, numDataBuffers, numBytes } = memory();
  const gpu = ['numBytesInGPU', 'numBytesAllocatedInGPU'].map((name): number | undefined => Reflect.get(memory(), name));
  return { tensors: numTensors, buffers: numDataBuffers, bytes: numBytes, gpu };
}
