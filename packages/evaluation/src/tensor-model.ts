/** A denoiser on tensors as a {@link Model}; `pᵀJ` is its vector–Jacobian product, one way back per probe. */
import { add, div, mul, sum, type Tensor, tensor, tidy, valueAndGrad, zeros } from '@tensorflow/tfjs-core';
import { type Denoiser, disposeAll, freeTape, registerGradients } from '@tweedie/core';
import type { Model } from './model.js';

/** A denoiser without a condition, for batches `[batch, …]`. */
export function tensorModel(denoiser: Denoiser): Model<Tensor>;
/**
 * A denoiser under a condition. An engine that has no gradient can still be used where no density is asked for.
 * @param condition as for {@link Denoiser}, one entry per example of the batch; borrowed
 */
export function tensorModel<Condition>(denoiser: Denoiser<Condition>, condition: Condition): Model<Tensor>;
export function tensorModel<Condition>(denoiser: Denoiser<Condition | undefined>, condition?: Condition): Model<Tensor> {
  registerGradients();
  return async (batch) => {
    const { shape } = batch;
    const [examples = 1] = shape;
    const perExample = shape.slice(1).map((_, i) => i + 1);
    const restore = (values: Float64Array): Tensor => tensor(Float32Array.from(values), shape);
    return {
      examples,
      values: Float64Array.from(await batch.data()),
      restore,
      async estimate(values, level, probes) {
        const denoise = (x: Tensor): Tensor => denoiser(x, level, condition);
        const read = tidy(() => {
          const x = restore(values);
          const [head, ...others] = probes;
          if (head === undefined) return { x0: denoise(x), traces: zeros([examples]) };
          try {
            const along = (probe: Float64Array) => {
              const p = restore(probe);
              const { value, grad } = valueAndGrad(denoise)(x, p);
              return { value, trace: sum(mul(grad, p), perExample) };
            };
            const { value, trace } = along(head);
            const total = others.reduce((rest: Tensor, probe) => tidy(() => add(rest, along(probe).trace)), trace);
            return { x0: value, traces: div(total, probes.length) };
          } catch (error) {
            freeTape();
            throw error;
          }
        });
        try {
          const [x0, traces] = await Promise.all([read.x0.data(), read.traces.data()]);
          return { x0: Float64Array.from(x0), traces: Float64Array.from(traces) };
        } finally {
          disposeAll(read);
        }
      },
    };
  };
}
