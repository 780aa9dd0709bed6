import { double, assert as holds, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bridgeScore,
  brownianBridge,
  type FlowPath,
  flowVelocity,
  lipmanPath,
  type PathCoefficients,
  scoreGain,
  straightPath,
  trigonometricPath,
} from '../index.js';

const paths: Readonly<Record<string, FlowPath>> = {
  straight: straightPath(),
  tube: straightPath({ sigma: 0.3 }),
  lipman: lipmanPath({ sigmaMin: 0.2 }),
  trigonometric: trigonometricPath(),
  'trigonometric tube': trigonometricPath({ sigma: 0.4 }),
  bridge: brownianBridge({ sigma: 0.8 }),
};

const between = (min: number, max: number) => double({ min, max, noNaN: true });
const indices = [0, 1, 2] as const;

describe.each(Object.entries(paths))('%s', (name, path) => {
  it('moves at its rate', () => {
    holds(
      property(between(0.01, 0.99), (t) => {
        const [before, after] = [path(t - 1e-5).value, path(t + 1e-5).value];
        for (const k of indices) expect(path(t).rate[k]).toBeCloseTo((after[k] - before[k]) / 2e-5, 5);
      }),
    );
  });

  it('goes from data to source, finite all the way', () => {
    expect(path(0).value[0]).toBe(1);
    expect(path(0).value[1]).toBe(name === 'lipman' ? 0.2 : 0);
    expect(path(1).value[0]).toBeCloseTo(0, 15);
    expect(path(1).value[1]).toBe(1);
    holds(
      property(between(0, 1), (t) => {
        const { value, rate } = path(t);
        for (const number of [...value, ...rate]) expect(number).toSatisfy(Number.isFinite);
      }),
      { examples: [[0], [1], [Number.MIN_VALUE], [1 - 2 ** -53]] },
    );
  });
});

describe('between Gaussians', () => {
  // data N(m0, s0²), source N(m1, s1²), independent: x_t is N(m, s²), and its flow is the affine field m' + (s'/s)·(x − m)
  const [m0, s0, m1, s1] = [1.5, 0.5, -0.7, 1.2];
  const law = (path: FlowPath, t: number) => {
    const [a, b, c] = path(t).value;
    return { mean: a * m0 + b * m1, deviation: Math.hypot(a * s0, b * s1, c) };
  };
  const flow = (path: FlowPath, t: number, x: number): number => {
    const [before, at, after] = [law(path, t - 1e-5), law(path, t), law(path, t + 1e-5)];
    const slope = Math.log(after.deviation / before.deviation) / 2e-5;
    return (after.mean - before.mean) / 2e-5 + slope * (x - at.mean);
  };
  const density = (z: number): number => Math.exp(-z * z * 0.5);

  /** `E[dx_t/dt | x_t = x]` by summation over a grid of data and, where the path has noise, of sources. */
  const expected = (path: FlowPath, t: number, x: number): number => {
    const { value, rate } = path(t);
    const [a, b, c] = value;
    const nodes = Array.from({ length: 641 }, (_, i) => (i - 320) / 40); // standard normals from −8 to 8
    let [mass, moment] = [0, 0];
    const count = (data: number, source: number, noise: number): void => {
      const weight = density(data) * density(source) * density(noise);
      mass += weight;
      moment += weight * (rate[0] * (m0 + s0 * data) + rate[1] * (m1 + s1 * source) + rate[2] * noise);
    };
    for (const data of nodes) {
      const rest = x - a * (m0 + s0 * data);
      if (c === 0) count(data, (rest / b - m1) / s1, 0);
      else for (const source of nodes) count(data, source, (rest - b * (m1 + s1 * source)) / c);
    }
    return moment / mass;
  };

  it.each(Object.entries(paths))('the mean rate of %s given x is the flow of the marginals', (_, path) => {
    for (const [t, x] of [
      [0.2, 0.8],
      [0.5, -0.3],
      [0.85, 1],
    ] as const)
      expect(expected(path, t, x)).toBeCloseTo(flow(path, t, x), 7);
  });

  it.each(Object.entries(paths))('the flow of %s carries the source to the data', (_, path) => {
    // by the path's own factors: the regression of the rate on x, integrated by Runge-Kutta from source to data
    const field = (x: number, t: number): number => {
      const { value, rate } = path(t);
      const covariance = value[0] * rate[0] * s0 ** 2 + value[1] * rate[1] * s1 ** 2 + value[2] * rate[2];
      const { mean, deviation } = law(path, t);
      return rate[0] * m0 + rate[1] * m1 + (covariance / deviation ** 2) * (x - mean);
    };
    const steps = 400;
    const [first, last] = [0.999, 0.001]; // a bridge is not smooth at the very ends
    const h = (last - first) / steps;
    for (const z of [-2, 0, 0.7, 3]) {
      let x = law(path, first).mean + z * law(path, first).deviation;
      for (let i = 0; i < steps; i++) {
        const t = first + i * h;
        const k1 = field(x, t);
        const k2 = field(x + (h / 2) * k1, t + h / 2);
        const k3 = field(x + (h / 2) * k2, t + h / 2);
        const k4 = field(x + h * k3, t + h);
        x += (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
      }
      expect(x).toBeCloseTo(law(path, last).mean + z * law(path, last).deviation, 4);
    }
  });

  it('the score of a bridge is regressed by its target', () => {
    // the minimiser of (gain·F − target)² given x, by quadrature, is ½σ² times the slope of the log density
    const [sigma, t, x] = [0.8, 0.35, 0.4];
    const path = brownianBridge({ sigma });
    const { value } = path(t);
    const { gain, coefficients } = bridgeScore({ sigma })(path(t));
    const [a, b, c] = value;
    let [mass, moment] = [0, 0];
    for (let i = -320; i <= 320; i++)
      for (let j = -320; j <= 320; j++) {
        const [data, source] = [m0 + (s0 * i) / 40, m1 + (s1 * j) / 40];
        const noise = (x - a * data - b * source) / c;
        const weight = density(i / 40) * density(j / 40) * density(noise);
        mass += weight;
        moment += weight * (coefficients[0] * data + coefficients[1] * source + coefficients[2] * noise);
      }
    const { mean, deviation } = law(path, t);
    expect(moment / mass / gain).toBeCloseTo((-0.5 * sigma ** 2 * (x - mean)) / deviation ** 2, 6);
  });
});

it('straightens as the width of Lipman falls, and keeps the variance on the circle', () => {
  holds(
    property(between(0, 1), (t) => {
      expect(lipmanPath({ sigmaMin: 0 })(t)).toEqual(straightPath()(t));
      const [a, b] = trigonometricPath()(t).value;
      expect(a * a + b * b).toBeCloseTo(1, 14);
    }),
  );
});

it('a bridge has the law of a Brownian motion tied at both ends', () => {
  // cov(B_s, B_t) = σ²·min(s, t): the variance of B_t given B_1 is σ²t − (σ²t)²/σ²
  const sigma = 1.3;
  for (const t of [0, 0.1, 0.5, 0.9, 1])
    expect(brownianBridge({ sigma })(t).value[2] ** 2).toBeCloseTo(sigma ** 2 * t - (sigma ** 2 * t) ** 2 / sigma ** 2, 14);
});

it('targets are finite at the ends', () => {
  const target = bridgeScore({ sigma: 0.5 });
  for (const t of [0, 1]) {
    const { gain, coefficients } = target(brownianBridge({ sigma: 0.5 })(t));
    expect([gain, ...coefficients]).toEqual([0, 0, 0, -1]);
    const { coefficients: velocity } = flowVelocity()(brownianBridge()(t));
    expect(velocity satisfies PathCoefficients).toSatisfy((all: PathCoefficients) => all.every(Number.isFinite));
  }
  expect(scoreGain(0.1, 0)).toSatisfy(Number.isFinite);
});

it('refuses what is no width', () => {
  const code = (make: () => unknown, expected: string) =>
    expect(make).toThrow(expect.objectContaining({ name: 'RangeError', code: expected }));
  code(() => straightPath({ sigma: -1 }), 'sigma-negative');
  code(() => trigonometricPath({ sigma: Number.NaN }), 'sigma-negative');
  code(() => lipmanPath({ sigmaMin: Number.POSITIVE_INFINITY }), 'sigma-min-negative');
  code(() => brownianBridge({ sigma: -0.1 }), 'sigma-negative');
  code(() => brownianBridge({ guard: -1e-9 }), 'guard-negative');
  code(() => bridgeScore({ sigma: 0 }), 'sigma-not-positive');
});
