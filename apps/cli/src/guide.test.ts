import { memory, mul, sum, type Tensor, type Tensor1D, tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { type Denoiser, key, type NoiseLevel } from '@tweedie/core';
import { autoguidance, classifierFree, interval, matchedDeviation } from '@tweedie/guidance';
import { beforeAll, describe, expect, it } from 'vitest';
import { largest, run, spec } from '../test/small.js';
import type { DrawnBy } from './draw-samples.js';
import { type Guided, guideOf } from './guide.js';
import { buildModel } from './model-spec.js';
import { noClass } from './objective.js';

/** Estimates that differ by class; the mean of the data, −0.5, is taken away from them. */
const denoiser: Denoiser<Tensor> = (x, _, labels) =>
  mul(
    x,
    tensor4d(
      [...labels.dataSync()].map((k) => (k + 1) / 2),
      [labels.size, 1, 1, 1],
    ),
  );
const usual: DrawnBy = { denoiser, sampler: { step: (_, x) => ({ x, denoised: x }) }, grid: () => [] };

describe('--guide', () => {
  let guided: Guided;
  let level: NoiseLevel;
  let x: Tensor;
  let labels: Tensor;
  beforeAll(async () => {
    await wasm().load();
    guided = { model: buildModel(spec, key(0)), spec, data: run.data };
    level = guided.model.process.at(0.5);
    x = tensor4d(
      Float32Array.from({ length: 128 }, (_, i) => Math.sin(i) * 1.4),
      [2, 8, 8, 1],
    );
    labels = tensor1d([0, 2], 'int32');
  });
  const asked = (by: Denoiser<Tensor>) => by(x, level, labels).dataSync<'float32'>();
  const estimate = (...guide: string[]) => asked(guideOf({ guide }, guided).changed(usual).denoiser);

  it('gives classifier-free guidance the label of no class, and takes another one to lead away from', () => {
    const none = noClass(3);
    expect(estimate('classifierFree({ scale: 3 })')).toEqual(asked(classifierFree({ scale: 3, without: none })(denoiser)));
    const away = tensor1d([1], 'int32');
    expect(estimate('classifierFree({ scale: 3, without: label(1) })')).toEqual(
      asked(classifierFree({ scale: 3, without: away })(denoiser)),
    );
  });

  it('wraps each guidance around the one before', () => {
    const [once, twice] = [{ sigmaMax: 1e-3 }, 'interval(classifierFree({ scale: 3 }), { sigmaMax: 0.001 })'];
    const none = noClass(3);
    const outside = interval(classifierFree({ scale: 3, without: none }), once)(denoiser);
    expect(estimate(twice)).toEqual(asked(outside));
    // what is cut before it is extrapolated is not within bounds any more; what is cut afterwards is
    const shown = (values: Float32Array) => Math.max(...values.map((value) => Math.abs(value - 0.5)));
    expect(shown(estimate('thresholded', 'classifierFree({ scale: 3 })'))).toBeGreaterThan(1.5);
    expect(shown(estimate('classifierFree({ scale: 3 })', 'thresholded'))).toBeLessThanOrEqual(1 + 1e-6);
  });

  it('cuts where pictures end, which is 1 and −1 before the mean of the data is taken away', () => {
    const values = estimate('thresholded');
    const plain = asked(denoiser);
    expect(Math.max(...plain)).toBeGreaterThan(1.5);
    expect(Math.max(...values)).toBeCloseTo(1.5, 6);
    expect(Math.min(...values)).toBeCloseTo(-0.5, 6);
    expect(Math.max(...estimate('dynamicallyThresholded({ max: 1 })'))).toBeCloseTo(1.5, 6);
  });

  it('matches the deviation of the prediction that the network makes', () => {
    const correction = matchedDeviation({ prediction: guided.model.parameterization, amount: 1 });
    const expected = asked(classifierFree({ scale: 4, without: noClass(3), correction })(denoiser));
    expect(estimate('classifierFree({ scale: 4, correction: matchedDeviation({ amount: 1 }) })')).toEqual(expected);
  });

  it('asks weak models and classifiers once they are open', async () => {
    const weak: Denoiser<Tensor> = (at) => mul(at, 0.1);
    const guide = guideOf({ guide: ['autoguidance({ scale: 2, weak: "runs/early" })', 'classifier({ scale: 1 })'] }, guided);
    const opened: string[] = [];
    await guide.open({
      weak: async (path) => {
        opened.push(path);
        return weak;
      },
      // ln p = −|x|²/2, whose gradient is −x
      classifier: async () => (at) => mul(-0.5, sum<Tensor1D>(mul(at, at), [1, 2, 3])),
    });
    expect(opened).toEqual(['runs/early']);
    const apart = asked(autoguidance({ scale: 2, weak })(denoiser));
    const shift = level.sigma ** 2 / level.alpha;
    const values = x.dataSync<'float32'>();
    const expected = apart.map((value, i) => value - shift * (values[i] ?? Number.NaN));
    expect(largest(asked(guide.changed(usual).denoiser), expected)).toBeLessThan(1e-5);
  });

  it('leaves no tensor behind', () => {
    const before = memory().numTensors;
    guideOf({ guide: ['classifierFree({ scale: 3, without: label(2) })', 'dynamically-thresholded'] }, guided).dispose();
    expect(() => guideOf({ guide: ['classifierFree({ scale: 3 })', 'magic'] }, guided)).toThrow();
    expect(memory().numTensors).toBe(before);
  });

  it.each([
    ['classifierFree', 'option-missing', 'classifierFree needs a scale, as in'],
    ['classifierFree({ scale: Infinity })', 'scale-not-finite', 'finite'],
    [
      'classifierFree({ scale: 2, eta: 1 })',
      'option-unknown',
      'classifierFree has no option eta; it has correction, scale, without',
    ],
    ['adaptiveProjected({ scale: 2, etta: 1 })', 'option-unknown', 'it has correction, eta, momentum, scale, threshold, without'],
    ['classifierFree({ scale: 2, without: label(3) })', 'label-unknown', 'from 0 to 2, got 3'],
    ['autoguidance({ scale: 2 })', 'option-missing', 'needs a weak model'],
    ['cfgPlusPlus', 'guide-invalid', 'is something else'],
    ['matchedDeviation', 'guide-invalid', 'is something else'],
    ['classifierFree({ scale: 2, correction: matchedDeviation })', 'guide-invalid', 'it gives no estimate'],
    ['clasifierFree({ scale: 2 })', 'name-unknown', 'did you mean classifierFree?'],
  ])('refuses %s', (text, code, message) => {
    expect(() => guideOf({ guide: [text] }, guided)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it('needs a class to guide to one', () => {
    const without = { ...guided, unlabelled: 'runs/moons has no classes' };
    const code = { code: 'class-missing' };
    for (const text of ['classifierFree({ scale: 2 })', 'adaptiveProjected({ scale: 2 })', 'classifier({ scale: 2 })'])
      expect(() => guideOf({ guide: [text] }, without)).toThrow(expect.objectContaining(code));
    expect(() => guideOf({ guidance: 2 }, without)).toThrow(expect.objectContaining(code));
    guideOf({ guidance: 1, guide: ['thresholded'] }, without).dispose();
  });
});
