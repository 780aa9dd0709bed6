import { memory, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { key, normals, type Sampler, type SampleStep, type StepControl, sampleSteps } from '@tweedie/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { forms, linearLogSnr } from '../forms.js';
import { mixtureDenoiser, threeGaussians } from '../gaussian-mixture.js';
import { onTensors } from '../on-tensors.js';
import { probabilityFlow } from '../probability-flow.js';
import { samplePlain } from '../sample-plain.js';
import { distance } from './numbers.js';
import { tensorBackend } from './tensor-backend.js';

const process = forms(linearLogSnr({ min: -8, max: 12 }))['variance preserving'];
const mixture = mixtureDenoiser(threeGaussians);
const ROWS = 4;

/** Begins with a step that is far too long, so that some are rejected. */
const control: StepControl = {
  coordinate: 'halfLogSnr',
  absolute: 0.005,
  relative: 0.01,
  norm: 'largest',
  first: 4,
  next: (error, length) => ({ accept: error <= 1, length: length * Math.min(2, Math.max(0.2, 0.8 * error ** -0.25)) }),
};
const levels = [-8, -1, 7, Infinity].map(process.level);

/** Steps of the control's choice, by the error that the sampler estimates. */
export function samplerUnderControl(factory: <X>() => Sampler<X>): void {
  const plain = (start: Float64Array) =>
    samplePlain({ denoiser: mixture, process, sampler: factory<Float64Array>(), levels, start, control, rows: ROWS });

  describe('under a step control', () => {
    beforeAll(tensorBackend);

    test('its error is that of the worse of two estimates: it falls with the step, and is more than that of the result', () => {
      const start = Float64Array.from(normals(key(8), 2 * ROWS));
      const from = process.level(-1);
      const errors = [0.8, 0.4, 0.2].map((length) => {
        const to = process.level(-1 + length);
        const truth = probabilityFlow({ denoiser: mixture, process, from, to, start, steps: 100 });
        let estimated = Number.NaN;
        const sampler: Sampler<Float64Array> = {
          step(context, x) {
            const result = factory<Float64Array>().step(context, x, undefined);
            estimated = Math.hypot(...(result.error ?? []));
            return result;
          },
        };
        const result = samplePlain({ denoiser: mixture, process, sampler, levels: [from, to], start }).at(-1)?.x ?? start;
        expect(Math.hypot(...result.map((x, i) => x - (truth[i] ?? 0)))).toBeLessThan(estimated);
        return estimated;
      });
      const [coarse = 0, middle = 0, fine = 0] = errors;
      expect(fine).toBeGreaterThan(0);
      expect(Math.log2(coarse / middle)).toBeGreaterThan(1.5);
      expect(Math.log2(middle / fine)).toBeGreaterThan(1.5);
    });

    test('stops at every level, near the exact flow, the same on tensors, and leaves none behind', async () => {
      const start = Float32Array.from(normals(key(5), 2 * ROWS));
      const steps = plain(Float64Array.from(start));
      expect(steps.map(({ level }) => level)).toEqual(expect.arrayContaining(levels.slice(1)));
      expect(steps.at(-1)?.rejected).toBeGreaterThan(0);
      const [from = process.at(1), , to = process.at(0)] = levels;
      const truth = probabilityFlow({ denoiser: mixture, process, from, to, start: Float64Array.from(start) });
      expect(distance(steps.find(({ level }) => level === to)?.x ?? [], truth)).toBeLessThan(0.05);

      const x = tensor(start, [ROWS, 2]);
      const before = memory().numTensors;
      const options = {
        denoiser: onTensors(mixture),
        process,
        sampler: factory<Tensor>(),
        grid: () => levels,
        steps: 3,
        control,
      };
      const run = { ...options, key: key(3), start: x };
      const onTensor: (Pick<SampleStep, 'rejected'> & { readonly x: readonly number[] })[] = [];
      for await (const step of sampleSteps(run)) onTensor.push({ rejected: step.rejected, x: [...step.x.dataSync()] });
      expect(memory().numTensors).toBe(before);
      expect(onTensor.map(({ rejected }) => rejected)).toEqual(steps.map(({ rejected }) => rejected));
      expect(distance(onTensor.at(-1)?.x ?? [], steps.at(-1)?.x ?? [])).toBeLessThan(1e-3);
      for await (const { index } of sampleSteps(run)) if (index === 2) break;
      expect(memory().numTensors).toBe(before);
      x.dispose();
    });
  });
}
