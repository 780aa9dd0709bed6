/**
 * How samples are held to a measurement, `--method`: a guidance of `@tweedie/guidance` for linear measurements, which is given the
 * operator and the measurement, or for what is known pixel by pixel also `replaced` and `repainting`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Denoiser } from '@tweedie/core';
import { consistent, type Measured, posteriorSampling, pseudoinverseGuided, repainting, replaced } from '@tweedie/guidance';
import { restarted } from '@tweedie/samplers';
import { completed } from './completed.js';
import { part } from './components.js';
import type { DrawnBy } from './draw-samples.js';

/** What samples are drawn by, changed so that they agree with a measurement. */
export type Method = (usual: DrawnBy) => DrawnBy;

/** A measurement; a mask says that it is of single pixels. */
export interface Known extends Measured {
  readonly mask?: Tensor | undefined;
}

/**
 * The method that an expression describes.
 * @throws as `evaluate`; TypeError (`method-invalid`)
 */
export function methodOf(text: string, known: Known): Method {
  const { mask, ...measured } = known;
  const scope = mask === undefined ? guidances(measured) : { ...guidances(measured), ...replacements(measured, mask) };
  return part('method', text, { scope }, (value): value is Method => typeof value === 'function');
}

function guidances(measured: Measured) {
  const guided = (factory: (options: never) => (denoiser: Denoiser<Tensor>) => Denoiser<Tensor>) => (options?: object) => {
    const around = completed(factory, measured)(options);
    return (usual: DrawnBy): DrawnBy => ({ ...usual, denoiser: around(usual.denoiser) });
  };
  return {
    consistent: guided(consistent),
    posteriorSampling: guided(posteriorSampling),
    pseudoinverseGuided: guided(pseudoinverseGuided),
  };
}

function replacements({ measurement: image }: Measured, mask: Tensor) {
  return {
    replaced:
      (): Method =>
      ({ sampler, ...usual }) => ({ ...usual, sampler: replaced(sampler, { image, mask }) }),
    repainting: (options?: object): Method => {
      repainting(() => [], options); // which checks them
      return ({ sampler, grid, ...usual }) => ({
        ...usual,
        sampler: restarted(replaced(sampler, { image, mask })),
        grid: repainting(grid, options),
      });
    },
  };
}
