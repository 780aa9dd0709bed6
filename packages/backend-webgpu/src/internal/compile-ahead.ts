/**
 * Shaders ahead of their use. tfjs compiles a kernel's shader where the kernel first runs; in a page, the first training step so
 * waits for dozens of them, one after the other, and blocks. Here they are compiled by the driver's threads, while the page lives.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { env, tidy } from '@tensorflow/tfjs-core';

const compileOnly = 'WEBGPU_ENGINE_COMPILE_ONLY';
const pipelines = 'pipelineCache';

/** Passes `work` without running it, and waits for its shaders. Others may run meanwhile: they see a shader when it is ready. */
export async function compileAhead(backend: WebGPUBackend, work: () => unknown): Promise<void> {
  // A private part of tfjs's class, in 4.22 as before.
  const ready: Record<string, GPUComputePipeline> = Reflect.get(backend, pipelines);
  const making: Record<string, GPUComputePipeline | Promise<GPUComputePipeline>> = { ...ready };
  Reflect.set(backend, pipelines, making);
  env().set(compileOnly, true);
  try {
    tidy(() => void work());
  } finally {
    env().set(compileOnly, false);
    Reflect.set(backend, pipelines, ready);
  }
  await Promise.all(
    Object.entries(making).map(async ([shader, pipeline]) => {
      ready[shader] ??= await pipeline;
    }),
  );
}
