import '@tensorflow/tfjs-backend-cpu';
import { grad, moments, mul, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { key, type NoiseLevel, normals, registerGradients } from '@tweedie/core';
import { edm, epsilon, score, v, velocity, x0 } from '@tweedie/parameterizations';
import { describeGuidance, forms, linearLogSnr } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { none, steered, towards } from '../test/steered.js';
import { classifierFree } from './classifier-free.js';
import { matchedDeviation } from './matched-deviation.js';

const process = forms(linearLogSnr({ min: -8, max: 8 }))['variance preserving'];

describeGuidance<Tensor>('classifierFree with matchedDeviation', {
  ...steered,
  off: () => classifierFree({ scale: 1, without: none(), correction: matchedDeviation({ prediction: v() }) }),
  on: () => classifierFree({ scale: 3, without: none(), correction: matchedDeviation({ prediction: v() }) }),
});

const shape: [number, number, number] = [4, 5, 3];
const estimates = () => ({
  guided: tensor(
    normals(key(1), 60).map((value) => 3 * value + 0.2),
    shape,
  ),
  plain: tensor(normals(key(2), 60), shape),
  x: tensor(normals(key(3), 60), shape),
});

/** The deviation of each sample's prediction, from what the network is trained towards: `a·x0 + b·ε`. */
function predicted(parameterization: ReturnType<typeof v>, estimate: Tensor, x: Tensor, level: NoiseLevel): number[] {
  const [a, b] = parameterization(level).target;
  const values = estimate.dataSync();
  const prediction = x
    .dataSync()
    .map((value, i) => a * (values[i] ?? 0) + (b * (value - level.alpha * (values[i] ?? 0))) / level.sigma);
  return Array.from(moments(tensor(prediction, shape), [1, 2]).variance.dataSync(), Math.sqrt);
}

const parameterizations = { x0: x0(), epsilon: epsilon(), v: v(), velocity: velocity(), score: score(), edm: edm() };
test.each(Object.entries(parameterizations))('%s: the whole amount gives the prediction the plain deviation', (_, prediction) => {
  for (const logSnr of [-3, 0, 3]) {
    const level = process.level(logSnr);
    const { guided, plain, x } = estimates();
    const matched = matchedDeviation({ prediction, amount: 1 })(guided, plain, x, level);
    const [wanted, got] = [predicted(prediction, plain, x, level), predicted(prediction, matched, x, level)];
    got.forEach((deviation, i) => void expect(deviation / (wanted[i] ?? Number.NaN)).toBeCloseTo(1, 4));
    // half the amount lies half-way, and no amount changes nothing
    const half = matchedDeviation({ prediction, amount: 0.5 })(guided, plain, x, level).dataSync();
    half.forEach((value, i) => {
      expect(value).toBeCloseTo(((guided.dataSync()[i] ?? 0) + (matched.dataSync()[i] ?? 0)) / 2, 4);
    });
    const nothing = matchedDeviation({ prediction, amount: 0 })(guided, plain, x, level).dataSync();
    nothing.forEach((value, i) => void expect(value).toBeCloseTo(guided.dataSync()[i] ?? Number.NaN, 4));
  }
});

test('its gradient by x is right, through both estimates', () => {
  registerGradients();
  const level = process.level(0.5);
  const y = tensor([[1, 2]]);
  const correction = matchedDeviation({ prediction: v() });
  const guided = classifierFree({ scale: 3, without: none(), correction })(towards);
  const of = (x: Tensor) => sum(mul(tensor([[1, -2]]), guided(x, level, y)));
  const at = [0.5, -0.3];
  grad(of)(tensor([at]))
    .dataSync()
    .forEach((slope, i) => {
      const moved = (by: number) => of(tensor([at.map((value, j) => value + (i === j ? by : 0))])).dataSync()[0] ?? Number.NaN;
      expect(slope).toBeCloseTo((moved(0.01) - moved(-0.01)) / 0.02, 2);
    });
});

test('a prediction without deviation is left as it is', () => {
  const level = process.level(0);
  const flat = matchedDeviation({ prediction: x0(), amount: 1 })(tensor([[2, 2]]), tensor([[0, 1]]), tensor([[5, 7]]), level);
  expect([...flat.dataSync()]).toEqual([2, 2]);
  const single = matchedDeviation({ prediction: x0(), amount: 1 })(
    tensor([[2], [3]]),
    tensor([[0], [1]]),
    tensor([[5], [7]]),
    level,
  );
  expect([...single.dataSync()]).toEqual([2, 3]);
});

test('pure noise has no epsilon, and amounts have limits', () => {
  const noise: NoiseLevel = { t: 1, alpha: 0, sigma: 1, logSnr: -Infinity };
  const { guided, plain, x } = estimates();
  expect(() => matchedDeviation({ prediction: epsilon() })(guided, plain, x, noise)).toThrow(
    expect.objectContaining({ code: 'parameterization-undefined' }),
  );
  expect(matchedDeviation({ prediction: v() })(guided, plain, x, noise).dataSync().every(Number.isFinite)).toBe(true);
  for (const amount of [-0.1, 1.1, Number.NaN])
    expect(() => matchedDeviation({ prediction: v(), amount })).toThrow(expect.objectContaining({ code: 'amount-out-of-range' }));
});
