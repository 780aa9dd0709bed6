import { describeGoldens, number, numbers, record, text } from '@tweedie/goldens';
import tools from '@tweedie/goldens/networks/training-tools.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { constantRate, cosineRate, cosineRestartsRate, type LearningRate, linearRate, polynomialRate } from './learning-rate.js';

type Arguments = {
  readonly peak: number;
  readonly warmUp: number;
  readonly steps: number;
  readonly cycles: number;
  readonly power: number;
};
const ours: Readonly<Record<string, (given: Arguments) => LearningRate>> = {
  constant: ({ peak }) => constantRate({ peak }),
  constant_with_warmup: constantRate,
  linear: linearRate,
  cosine: cosineRate,
  cosine_with_restarts: cosineRestartsRate,
  polynomial: (given) => polynomialRate({ ...given, end: 1e-7 }), // the peer's default end
};

describeGoldens('learning rates', tools, (golden) => {
  if (golden.schedule === undefined) return undefined;
  const make = ours[text(golden.schedule)];
  const kwargs = record(golden.kwargs);
  const read = (name: string) => (kwargs[name] === undefined ? 0 : number(kwargs[name]));
  const given = {
    peak: number(golden.base_lr),
    warmUp: read('num_warmup_steps'),
    steps: read('num_training_steps'),
    cycles: read('num_cycles'),
    power: read('power'),
  };
  // After the last step the peer's cosine rises again; ours stays at 0.
  const expected = numbers(golden.lr_per_step).slice(0, golden.schedule === 'cosine' ? given.steps + 1 : undefined);
  return make && (() => ({ lr_per_step: [Float64Array.from(expected, (_, step) => make(given)(step)), expected] }));
});

describe('learning rates refuse', () => {
  test.each([
    ['learning-rate-invalid', () => constantRate({ peak: 0 })],
    ['learning-rate-invalid', () => cosineRate({ peak: Number.NaN, steps: 10 })],
    ['warm-up-invalid', () => linearRate({ peak: 1, steps: 10, warmUp: 10 })],
    ['warm-up-invalid', () => constantRate({ peak: 1, warmUp: 0.5 })],
    ['cycles-not-positive', () => cosineRestartsRate({ peak: 1, steps: 10, cycles: 0 })],
    ['power-not-positive', () => polynomialRate({ peak: 1, steps: 10, power: -1 })],
  ])('with %s', (code, make) => {
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});
