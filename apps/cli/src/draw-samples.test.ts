import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key, normal } from '@tweedie/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { awake, labels, largest, run, settings, spec } from '../test/small.js';
import { drawSamples } from './draw-samples.js';

describe('drawSamples', () => {
  beforeAll(() => wasm().load());

  it('gives image i the same picture in every batch, to float32 rounding', async () => {
    const model = awake();
    const five = await drawSamples(model, run, settings, labels, 4);
    const two = await drawSamples(model, run, settings, labels.slice(0, 2), 4);
    expect(five.shape).toEqual([5, 8, 8, 1]);
    expect(largest(two.values, five.values)).toBeLessThan(1e-4);
    expect(largest(five.values.slice(0, 64), five.values.slice(192, 256))).toBeGreaterThan(0.1);
  });

  it('takes steps of its own choice under a control, and is nearer to the flow the less error it allows', async () => {
    const model = awake();
    const before = memory().numTensors;
    const draw = async (changed: Partial<typeof settings> & { readonly control?: string }) =>
      (await drawSamples(model, run, { ...settings, sampler: 'dpmAdaptive', ...changed }, labels, 4)).values;
    const fine = await draw({ steps: 200 });
    const gap = async (relative: number) =>
      largest(await draw({ steps: 1, control: `pid({ relative: ${relative}, absolute: ${relative / 10} })` }), fine);
    const [loose, tight] = [await gap(0.5), await gap(0.005)];
    expect(tight).toBeLessThan(loose / 3);
    const noisy = { sampler: 'ancestral(dpmAdaptive())', steps: 1, control: 'pid({ order: 1.5 })' };
    expect((await draw({ ...noisy, noise: 'brownianTree' })).every(Number.isFinite)).toBe(true);
    await expect(draw(noisy)).rejects.toMatchObject({ code: 'noise-not-a-path' });
    expect(memory().numTensors).toBe(before);
  });

  it.each(['ddim', 'ddpm', 'dpmpp-2m', 'euler', 'heun'])('leaks nothing with %s', async (sampler) => {
    const model = awake();
    const before = memory().numTensors;
    await drawSamples(model, run, { ...settings, sampler }, labels, 4);
    expect(memory().numTensors).toBe(before);
  });

  it('draws its noise from what it is told: a path that leads to the same samples in more steps, or independent draws', async () => {
    const model = awake();
    const draw = async (steps: number, noise?: string) =>
      (await drawSamples(model, run, { ...settings, sampler: 'eulerAncestral', steps, ...(noise && { noise }) }, labels, 4))
        .values;
    expect(await draw(6, 'independentNoise')).toEqual(await draw(6));
    const before = memory().numTensors;
    const apart = async (noise?: string) => largest(await draw(20, noise), await draw(40, noise));
    expect(await apart('brownianTree')).toBeLessThan((await apart()) / 2);
    expect(memory().numTensors).toBe(before);
    await expect(draw(6, 'magic')).rejects.toMatchObject({ code: 'name-unknown' });
    await expect(draw(6, 'brownianTree({ tolerance: 2 })')).rejects.toMatchObject({ code: 'tolerance-out-of-range' });
  });

  describe('with a learned variance', () => {
    const doubled = { ...spec, network: { ...spec.network, learnedVariance: true } };
    const draw = (objective: string, sampler: string) =>
      drawSamples(awake(doubled), { ...run, model: doubled, training: { objective } }, { ...settings, sampler }, labels, 4);
    const learned = "ddpm({ variance: 'learned' })";

    it('draws with it where the sampler asks for it, under guidance too', async () => {
      const [free, small, large] = [
        await draw('learnedVarianceLoss', learned),
        await draw('learnedVarianceLoss', 'ddpm'),
        await draw('learnedVarianceLoss', "ddpm({ variance: 'large' })"),
      ];
      expect(free.shape).toEqual([5, 8, 8, 1]);
      expect(free.values.every(Number.isFinite)).toBe(true);
      for (const fixed of [small, large]) expect(largest(free.values, fixed.values)).toBeGreaterThan(1e-3);
    });

    it('leaves no tensor behind', async () => {
      const model = awake(doubled);
      const before = memory().numTensors;
      const trained = { ...run, model: doubled, training: { objective: 'learnedVarianceLoss' } };
      await drawSamples(model, trained, { ...settings, sampler: learned }, labels, 4);
      expect(memory().numTensors).toBe(before);
    });

    it('is told where there is none for steps of any length', async () => {
      await expect(draw('learnedVarianceLoss({ variance: learnedLogVariance() })', learned)).rejects.toMatchObject({
        code: 'variance-not-noted',
      });
    });
  });

  it('names the samplers and grids that it knows, and leaks nothing', async () => {
    const model = awake();
    const before = memory().numTensors;
    await expect(drawSamples(model, run, { ...settings, sampler: 'magic' }, labels, 4)).rejects.toMatchObject({
      code: 'name-unknown',
    });
    await expect(drawSamples(model, run, { ...settings, grid: 'toString' }, labels, 4)).rejects.toMatchObject({
      code: 'name-unknown',
    });
    expect(memory().numTensors).toBe(before);
  });
});

it('starts from the same noise on cpu and on wasm, to the bit', async () => {
  const draws: Float32Array[] = [];
  for (const backend of ['cpu', 'wasm']) {
    await setBackend(backend);
    const noise = normal(key(11), [3, 28, 28, 1]);
    draws.push(Float32Array.from(await noise.data<'float32'>()));
    noise.dispose();
  }
  expect(draws[0]).toEqual(draws[1]);
});

it('draws the same on cpu and on wasm, to float32 rounding', async () => {
  const pictures: Float32Array[] = [];
  for (const backend of ['cpu', 'wasm']) {
    await setBackend(backend);
    pictures.push((await drawSamples(awake(), run, settings, labels, 4)).values);
  }
  const [cpu = new Float32Array(), other = new Float32Array()] = pictures;
  expect(largest(cpu, other)).toBeLessThan(1e-4);
});
