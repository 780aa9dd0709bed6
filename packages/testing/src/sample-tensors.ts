/** The run of `samplePlain` on tensors, by core's driver: the same request in float32, to compare with. */
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { invalid, key, type NoiseRequest, type Sampler, sampleSteps } from '@tweedie/core';
import { tensorBackend } from './internal/tensor-backend.js';
import { onTensors } from './on-tensors.js';
import type { PlainOptions, PlainStep } from './sample-plain.js';

/**
 * Every step of a run on tensors `[n, 2]`, the last one being the result; the denoiser is computed in float64 and rounded.
 * @throws RangeError as core's driver does, (`noise-not-given`) if the sampler draws and `noise` is absent
 */
export async function sampleTensors(
  options: Omit<PlainOptions, 'sampler'> & { readonly sampler: Sampler },
): Promise<readonly PlainStep[]> {
  const { denoiser, process, sampler, control, levels, noise, start } = options;
  await tensorBackend();
  const rows = (values: Float64Array) => tensor(Float32Array.from(values), [values.length / 2, 2]);
  const read = (of: Tensor) => Float64Array.from(of.dataSync());
  const x = rows(start);
  const run = sampleSteps({
    denoiser: onTensors(denoiser),
    process,
    sampler,
    grid: () => levels,
    steps: levels.length - 1,
    key: key(0), // draws nothing: both the start and the noise are given
    start: x,
    ...(control && { control }),
    noise: Object.assign(
      (request: NoiseRequest) => {
        if (noise === undefined) throw invalid('noise-not-given', 'the sampler draws noise, but the run has no `noise`');
        return rows(noise(request));
      },
      noise?.path === true ? { path: noise.path } : {},
    ),
  });
  const steps: PlainStep[] = [];
  for await (const { index, rejected, level, x: now, denoised } of run)
    steps.push({ index, rejected, level, x: read(now), denoised: read(denoised) });
  x.dispose();
  return steps;
}
