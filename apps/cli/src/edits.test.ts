import { memory } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key } from '@tweedie/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { largest, run, settings, spec } from '../test/small.js';
import { drawSamples } from './draw-samples.js';
import { type Edit, inconsistency, inpainted, upscaled, varied } from './edits.js';
import { buildModel } from './model-spec.js';

const mean = -0.5;
const labels = Int32Array.of(3, 3, 3); // of no class
const picture = (side: number) => Float32Array.from({ length: side ** 2 }, (_, i) => Math.sin(i));
const image = { values: picture(8), size: [8, 8, 1], mean } as const;
const small = { values: picture(2), size: [2, 2, 1], mean } as const;
const kept = Float32Array.from({ length: 64 }, (_, i) => (i % 8 < 5 ? 1 : 0));

/** Samples of an untrained model, held to the edit. */
async function edited(edit: Edit, changed: Partial<typeof settings> = {}) {
  const model = buildModel(spec, key(0));
  const samples = await drawSamples(model, run, { ...settings, guidance: 1, ...changed }, labels, 4, {}, edit.changed);
  for (const parameter of model.network.parameters.values()) parameter.dispose();
  return samples;
}

describe('edits', () => {
  beforeAll(() => wasm().load());

  it.each(['replaced', 'consistent', 'repainting({ length: 2, times: 2 })'])('%s keeps the known pixels', async (method) => {
    const edit = inpainted(image, kept, method);
    const samples = await edited(edit);
    const worst = samples.values.map((value, i) => Math.abs(value - (image.values[i % 64] ?? 0)) * (kept[i % 64] ?? 0));
    expect(Math.max(...worst)).toBeLessThan(1e-5);
    expect(Math.max(...(await inconsistency(samples, edit, mean)))).toBeLessThan(1e-3);
    expect(largest(samples.values.subarray(0, 64), samples.values.subarray(64, 128))).toBeGreaterThan(0.01);
  });

  it('guides by the gradient towards what is known', async () => {
    const apart = async (method: string) => {
      const edit = inpainted(image, kept, method);
      return Math.hypot(...(await inconsistency(await edited(edit, { steps: 30 }), edit, mean)));
    };
    const off = await apart('pseudoinverseGuided({ scale: 0 })');
    expect(await apart('pseudoinverseGuided')).toBeLessThan(off / 10);
    expect(await apart('posteriorSampling({ scale: 1 })')).toBeLessThan(off / 2);
  });

  it('enlarges to an image of the given means', async () => {
    const edit = upscaled(small, 4, 'consistent');
    const { values } = await edited(edit, { sampler: 'ddim' });
    for (const [square, expected] of small.values.entries()) {
      const [top, left] = [4 * Math.floor(square / 2), 4 * (square % 2)];
      let sum = 0;
      for (let i = 0; i < 16; i++) sum += values[(top + Math.floor(i / 4)) * 8 + left + (i % 4)] ?? Number.NaN;
      expect(sum / 16).toBeCloseTo(expected, 5);
    }
    const [shown] = edit.shown;
    expect([shown?.[0], shown?.[3 * 8 + 3], shown?.[4], shown?.[63]]).toEqual([0, 0, 1, 3].map((i) => small.values[i]));
  });

  it('begins with an image: the less strength, the nearer to it', async () => {
    const apart = async (strength: number) => {
      const edit = varied(image, strength);
      return Math.hypot(...(await inconsistency(await edited(edit, { sampler: 'ddim', steps: 20 }), edit, mean)));
    };
    const [weak, middle, strong] = [await apart(0.05), await apart(0.5), await apart(1)];
    expect(weak).toBeLessThan(middle);
    expect(middle).toBeLessThan(strong);
    expect(weak).toBeLessThan(3);
  });

  it('measures pictures as they are written, in pixels from 0 to 255', async () => {
    const edit = inpainted(image, kept, 'replaced');
    const off = (by: number) => ({ values: image.values.map((value) => value + by), shape: [1, 8, 8, 1] });
    expect((await inconsistency({ ...off(0) }, edit, mean))[0]).toBeCloseTo(0, 3);
    const half = { ...image, values: image.values.map((value) => value / 2) };
    const other = inpainted(half, kept, 'replaced');
    const lighter = { values: half.values.map((value) => value + 2 / 255), shape: [1, 8, 8, 1] };
    expect((await inconsistency(lighter, other, mean))[0]).toBeCloseTo(1, 3);
    const white = { values: new Float32Array(64).fill(7), shape: [1, 8, 8, 1] };
    const clipped = inpainted({ ...image, values: new Float32Array(64).fill(1) }, kept, 'replaced');
    expect((await inconsistency(white, clipped, mean))[0]).toBeCloseTo(0, 3);
  });

  it('leaves no tensor behind', async () => {
    const before = memory().numTensors;
    for (const edit of [inpainted(image, kept, 'pseudoinverseGuided'), upscaled(small, 4, 'consistent'), varied(image, 0.5)]) {
      await inconsistency(await edited(edit), edit, mean);
      edit.dispose();
    }
    expect(memory().numTensors).toBe(before);
  });

  it.each([
    [() => inpainted(image, kept, 'magic'), 'name-unknown'],
    [() => inpainted(image, kept, 'repainting({ lenght: 2 })'), 'option-unknown'],
    [() => inpainted(image, kept, 'posteriorSampling({ noise: -1 })'), 'noise-not-positive'],
    [() => upscaled(small, 4, 'replaced'), 'name-unknown'],
    [() => varied(image, 0), 'strength-out-of-range'],
    [() => varied(image, 1.01), 'strength-out-of-range'],
  ])('refuses %s', (make, code) => {
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});
