/** Work of a page with a small U-Net, between two marks: what `bench/pacing.bench.mjs` measures. */
import { denoiser, disposeAll, key, normal, sample } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss } from '@tweedie/losses';
import { unet } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { ddim } from '@tweedie/samplers';
import { clamped, cosine, uniform } from '@tweedie/schedules';
import { eager, train } from '@tweedie/training';
import { webgpu } from '../src/index.js';

export interface PacingArgument {
  readonly work: 'sample' | 'train';
  readonly steps: number;
  /** Side of the images and their number: the work of the GPU, and hardly that of the page. */
  readonly side: number;
  readonly batch: number;
  /** Shaders before, by `compile`. */
  readonly compile: boolean;
}

/** Gives the milliseconds in all. */
export default async function ({ work, steps, side, batch, compile }: PacingArgument): Promise<number> {
  const gpu = webgpu();
  await gpu.load();
  const process = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));
  const network = unet({ key: key(0), widths: [8, 16] });
  const objective = diffusionLoss({ network, process, parameterization: v() });
  const denoise = denoiser(network, v());
  const shape = [batch, side, side, 1];
  if (compile) {
    const x = normal(key(2), shape);
    const inputs = await objective.prepare({ x }, key(0));
    await gpu.compile(() => (work === 'sample' ? denoise(x, process.at(0.5), undefined) : eager(objective)(inputs)));
    disposeAll([x, inputs]);
  }
  const run = async () => {
    if (work === 'sample') {
      const x = await sample({ denoiser: denoise, process, grid: uniform(), steps, sampler: ddim(), key: key(1), start: shape });
      await x.data();
      x.dispose();
    } else {
      const batches = function* () {
        for (;;) yield { x: normal(key(2), shape) };
      };
      for await (const _ of train({ objective, batches, steps, key: key(3) }));
    }
  };
  await new Promise((resolve) => setTimeout(resolve, 300));
  const start = performance.mark('start').startTime;
  await run();
  const total = performance.mark('end').startTime - start;
  gpu.dispose();
  return total;
}
