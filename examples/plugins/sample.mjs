/** Both plugins through the API: samples of a Gaussian, whose denoiser is known, have its mean and deviation. */
import { add, mul } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key, sample, useBackend } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { clamped, uniformLogSnr } from '@tweedie/schedules';
import { cauchy } from './cauchy-schedule/index.js';
import { gradientEstimation } from './gradient-estimation/index.js';

const [mean, deviation] = [3, 0.5];

/** E[x0 | x] where x0 is normal. */
function gaussian(x, { alpha, sigma }) {
  const variance = alpha ** 2 * deviation ** 2 + sigma ** 2;
  return add(mul(x, (alpha * deviation ** 2) / variance), (sigma ** 2 * mean) / variance);
}

await useBackend(wasm());
const samples = await sample({
  denoiser: gaussian,
  process: variancePreserving(clamped(cauchy({ scale: 2 }), { min: -10, max: 10 })),
  grid: uniformLogSnr(),
  steps: 100,
  sampler: gradientEstimation(),
  key: key(1),
  start: [10_000, 1],
});
const values = await samples.data();
const average = values.reduce((sum, value) => sum + value) / values.length;
const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length);
console.log(average.toFixed(2), spread.toFixed(2));
