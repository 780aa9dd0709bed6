import { describe, expect, it } from 'vitest';
import { learningRateOf } from './learning-rate.js';

const common = { peak: 0.5, warmUp: 10, steps: 110 };

describe('learningRateOf', () => {
  it.each([
    ['cosineRate', [0, 0.25, 0.5, 0.25]],
    ['constantRate()', [0, 0.25, 0.5, 0.5]],
    ['linearRate', [0, 0.25, 0.5, 0.25]],
    ['polynomialRate({ power: 2, end: 0.1 })', [0, 0.25, 0.5, 0.2]],
    ['cosineRestartsRate({ cycles: 2 })', [0, 0.25, 0.5, 0.5]],
    ['linearRate({ peak: 1, warmUp: 0, steps: 10 })', [1, 0.5, 0, 0]],
  ] as const)('%s has the rates that its name says at 0, 5, 10 and 60 updates', (text, rates) => {
    const rate = learningRateOf(text, common);
    [0, 5, 10, 60].forEach((step, i) => {
      expect(rate(step)).toBeCloseTo(rates[i] ?? Number.NaN, 12);
    });
  });

  it.each([
    ['option-unknown', 'cosineRate({ power: 2 })'],
    ['option-unknown', 'constantRate({ steps: 2 })'],
    ['name-unknown', 'cosin'],
    ['rate-invalid', '3'],
    ['warm-up-invalid', 'linearRate({ warmUp: 200 })'],
    ['cycles-not-positive', 'cosineRestartsRate'],
  ])('%s: %s', (code, text) => {
    expect(() => learningRateOf(text, common)).toThrow(expect.objectContaining({ code }));
  });
});
