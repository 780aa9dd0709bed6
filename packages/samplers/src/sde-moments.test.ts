/** Samplers with noise, against the exact mean and second moments of a mixture of Gaussians. */
import { foldIn, key, type NoiseLevel, normals, type Sampler } from '@tweedie/core';
import { forms, linearLogSnr, mixtureDenoiser, samplePlain, threeGaussians } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { ddim } from './ddim.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { heun } from './heun.js';
import { langevinCorrector } from './langevin-corrector.js';
import { predictorCorrector } from './predictor-corrector.js';
import { restarted } from './restarted.js';
import { reverseDiffusion } from './reverse-diffusion.js';
import { revisiting } from './revisiting.js';

const count = 600;
const process = forms(linearLogSnr({ min: -10, max: 10 }))['variance preserving'];
const even = (): readonly NoiseLevel[] => Array.from({ length: 201 }, (_, i) => process.level(i < 200 ? -10 + i / 10 : Infinity));
const exact = (moment: (x: number, y: number, [xx, xy, yy]: readonly [number, number, number]) => number) =>
  threeGaussians.weights.reduce((sum, weight, k) => {
    const [x, y] = threeGaussians.means[k] ?? [0, 0];
    return sum + weight * moment(x, y, threeGaussians.covariances[k] ?? [0, 0, 0]);
  }, 0);
const moments = [
  { name: 'E[x]', of: (x: number) => x, truth: exact((x) => x) },
  { name: 'E[y]', of: (_: number, y: number) => y, truth: exact((_, y) => y) },
  { name: 'E[x²]', of: (x: number) => x * x, truth: exact((x, _, [xx]) => x * x + xx) },
  { name: 'E[xy]', of: (x: number, y: number) => x * y, truth: exact((x, y, [, xy]) => x * y + xy) },
  { name: 'E[y²]', of: (_: number, y: number) => y * y, truth: exact((_, y, [, , yy]) => y * y + yy) },
];

test.each<{ name: string; sampler: Sampler<Float64Array>; levels?: readonly NoiseLevel[] }>([
  { name: 'eulerMaruyama', sampler: eulerMaruyama() },
  { name: 'eulerMaruyama, eta 0.5', sampler: eulerMaruyama({ eta: 0.5 }) },
  { name: 'reverseDiffusion', sampler: reverseDiffusion() },
  { name: 'reverseDiffusion with a corrector', sampler: predictorCorrector(reverseDiffusion(), langevinCorrector()) },
  { name: 'ddim with a corrector', sampler: predictorCorrector(ddim(), langevinCorrector({ moves: 2 })) },
  { name: 'restarted Heun', sampler: restarted(heun()), levels: revisiting(even, { min: 0.1, max: 1, times: 2 })(process, 200) },
])('$name has the moments of the data, within five standard errors', ({ sampler, levels = even() }) => {
  const start = Float64Array.from(normals(key(1), 2 * count), (z) => z * (levels[0]?.sigma ?? Number.NaN));
  const noise = ({ index, draw }: { readonly index: number; readonly draw: number }) =>
    Float64Array.from(normals(foldIn(foldIn(key(2), index), draw), 2 * count));
  const x = samplePlain({ denoiser: mixtureDenoiser(threeGaussians), process, sampler, levels, start, noise }).at(-1)?.x ?? start;

  for (const { name, of, truth } of moments) {
    const values = Array.from({ length: count }, (_, i) => of(x[2 * i] ?? 0, x[2 * i + 1] ?? 0));
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / count;
    expect(error, name).toBeLessThan(0.05);
    expect(Math.abs(mean - truth) / error, name).toBeLessThan(5);
  }
});
