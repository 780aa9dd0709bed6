import { describeGoldens, diffusersTrajectory, numbers, record } from '@tweedie/goldens';
import peer from '@tweedie/goldens/samplers/diffusers-unipc.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { unipc } from './unipc.js';

const promises = { evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true } as const;
const never = () => false;
for (const order of [1, 2, 3, 4] as const)
  describeSampler(`unipc, order ${order}`, () => unipc({ order, lowerAtEnd: false }), { ...promises, order: order + 1 });
describeSampler('unipc, bh1', () => unipc({ solver: 'bh1', lowerAtEnd: false }), { ...promises, order: 3 });
describeSampler('unipc, epsilon', () => unipc({ order: 3, predicts: 'epsilon', lowerAtEnd: false }), { ...promises, order: 4 });
describeSampler('unipc, bh1, uncorrected', () => unipc({ solver: 'bh1', corrects: never, lowerAtEnd: false }), {
  ...promises,
  order: 2,
});
describeSampler('unipc, uncorrected', () => unipc({ order: 4, corrects: never, lowerAtEnd: false }), { ...promises, order: 4 });
describeSampler('unipc, ending at order 1', unipc, { ...promises, order: 2 });

const orders = [1, 2, 3, 4] as const;
describeGoldens('unipc', peer, (golden, header) => {
  if (golden.peer_gives_nan === true) return undefined;
  const config = record(golden.scheduler_config);
  const order = orders.find((each) => each === (config.solver_order ?? 2));
  if (order === undefined) throw new Error(`order ${JSON.stringify(config.solver_order)} is none of UniPC's`);
  const disabled = new Set(config.disable_corrector == null ? [] : numbers(config.disable_corrector));
  const sampler = unipc<Float64Array>({
    order,
    predicts: config.predict_x0 === false ? 'epsilon' : 'x0',
    solver: config.solver_type === 'bh1' ? 'bh1' : 'bh2',
    corrects: (index) => !disabled.has(index),
    lowerAtEnd: config.lower_order_final !== false,
  });
  return diffusersTrajectory(golden, header, sampler);
});

test.each([
  { options: { order: 5 }, code: 'order-out-of-range', message: '`order` must be 1, 2, 3 or 4, got 5' },
  { options: { predicts: 'v' }, code: 'prediction-unknown', message: "`predicts` must be 'x0' or 'epsilon', got v" },
  { options: { solver: 'bh3' }, code: 'solver-unknown', message: "`solver` must be 'bh1' or 'bh2', got bh3" },
])('$options is refused', ({ options, code, message }) => {
  expect(() => Reflect.apply(unipc, undefined, [options])).toThrow(expect.objectContaining({ code, message }));
});
