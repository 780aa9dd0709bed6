import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from '@tweedie/core';
import { beforeAll, expect, it } from 'vitest';
import { logNormalInterval, numberArithmetic, tensorArithmetic } from '../index.js';

beforeAll(async () => {
  registerGradients();
  await tf.setBackend('cpu');
});

/** `near`, `far` and `ln(Q(near) − Q(far))`, from mpmath with 40 digits. */
const known = [
  [0, 20, -Math.LN2],
  [1, 21, -1.841021645009264],
  [-1, 21, -0.1727537790234499],
  [5, 25, -15.06499839398873],
  [30, 50, -454.3212439563432],
  [200, 220, -20006.21728089819],
  [-8, 28, -6.220960574271786e-16],
  [-3, 4, -0.001382524520219651],
  [0.5, 0.75, -2.5021319204099832],
  [10, 10.01, -55.57370833859114],
  [-0.001, 0.002, -6.72808202351855],
  [40, 40.5, -804.6084420155503],
  [-37, 38, 0],
  [1.5, 1.5000001, -18.162034258579126],
  [-1e-9, 2e-9, -20.543592081482974],
  [1000, 1000.002, -500007.972107644],
] as const;

it.each(known)('from %d to %d, in float64', (near, far, expected) => {
  const actual = logNormalInterval(numberArithmetic, near, far);
  expect(Math.abs(actual - expected)).toBeLessThan(1e-8 * Math.max(1e-6, Math.abs(expected)));
});

it.each(known)('from %d to %d, on tensors', (near, far, expected) => {
  // 1.5000001 is not a float32, nor is a difference of 0.002 at 1000
  const interval = (a: number, b: number) => logNormalInterval(numberArithmetic, Math.fround(a), Math.fround(b));
  const actual = logNormalInterval(tensorArithmetic, tf.scalar(near), tf.scalar(far)).dataSync()[0] ?? Number.NaN;
  const rounded = interval(near, far);
  expect(Math.abs(actual - rounded)).toBeLessThan(2e-5 * Math.max(1, Math.abs(rounded)));
  expect(Math.abs(rounded - expected)).toBeLessThan(0.2);
});

it('has the slopes of the function, finite everywhere', () => {
  const intervals = known.filter(([near, far]) => far - near > 0.004 && near > -30);
  const [near, far] = [intervals.map(([a]) => a), intervals.map(([, b]) => b)];
  const [byNear, byFar] = tf.grads((a, b) => logNormalInterval(tensorArithmetic, a, b))([tf.tensor1d(near), tf.tensor1d(far)]);
  const step = 1e-4;
  intervals.forEach(([a, b], i) => {
    const f = (da: number, db: number) => logNormalInterval(numberArithmetic, a + da, b + db);
    const [wantNear, wantFar] = [(f(step, 0) - f(-step, 0)) / (2 * step), (f(0, step) - f(0, -step)) / (2 * step)];
    for (const [got, want] of [
      [byNear?.dataSync()[i], wantNear],
      [byFar?.dataSync()[i], wantFar],
    ] as const)
      expect(Math.abs((got ?? Number.NaN) - want)).toBeLessThan(3e-3 * Math.max(1, Math.abs(want)));
  });
});
