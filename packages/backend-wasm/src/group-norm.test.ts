import { add, div, grads, mean, mul, reshape, sigmoid, sqrt, square, sub, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSame, random, run, setUp } from '../test/compare.js';

beforeAll(() => setUp());

/** The definition, in tfjs's operations. */
function defined(x: Tensor, scale: Tensor, shift: Tensor, groups: number, silu: boolean): Tensor[] {
  const [n = 1, c = 1] = [x.shape[0], x.shape.at(-1)];
  const grouped = reshape(x, [n, x.size / (n * c), groups, c / groups]);
  const average = mean(grouped, [1, 3], true);
  const centred = sub(grouped, average);
  const rstd = div(1, sqrt(add(mean(square(centred), [1, 3], true), 1e-5)));
  const wide = (t: Tensor): Tensor => (t.rank === 1 ? t : reshape(t, [n, ...x.shape.slice(1, -1).fill(1), c]));
  const z = add(mul(reshape(mul(centred, rstd), x.shape), wide(scale)), wide(shift));
  return [silu ? mul(z, sigmoid(z)) : z, reshape(average, [n, groups]), reshape(rstd, [n, groups])];
}

const shapes = [
  { shape: [2, 5, 5, 16], groups: 4 },
  { shape: [1, 1, 3, 8], groups: 8 },
  { shape: [3, 4, 2, 6], groups: 2 },
  { shape: [2, 3, 3, 5], groups: 1 },
  { shape: [1, 2, 2, 1], groups: 1 },
  { shape: [2, 7, 20], groups: 4 },
  { shape: [2, 14, 14, 36], groups: 12 },
  { shape: [4, 64], groups: 8 },
];

describe.each([
  ['linear', false],
  ['silu', false],
  ['silu', true],
] as const)('group norm, %s, one scale per sample: %s', (activation, perSample) => {
  it.each(shapes)('of $shape in $groups groups', async ({ shape, groups }) => {
    const channels = shape.at(-1) ?? 1;
    const attributes = { groups, epsilon: 1e-5, activation };
    const rows = perSample ? [shape[0] ?? 1, channels] : [channels];
    const inputs = () => [add(random(shape, 1), 3), random(rows, 2), random(rows, 3)] as const;
    const forward = (x: Tensor, scale: Tensor, shift: Tensor) => run('GroupNorm', { x, scale, shift }, attributes);
    await expectSame(
      () => defined(...inputs(), groups, activation === 'silu'),
      () => forward(...inputs()),
      1e-5,
    );
    await expectSame(
      () =>
        grads((x: Tensor, scale: Tensor, shift: Tensor) =>
          sum(mul(defined(x, scale, shift, groups, activation === 'silu')[0] as Tensor, random(shape, 4))),
        )([...inputs()]),
      () => {
        const [x, scale, shift] = inputs();
        const [, average, rstd] = forward(x, scale, shift) as [Tensor, Tensor, Tensor];
        return run('GroupNormGrad', { x, scale, shift, mean: average, rstd, dy: random(shape, 4) }, attributes);
      },
      1e-5,
    );
  });
});

it('loses no digits to a large mean', async () => {
  const affine = () => [tensor([1, 1, 1, 1]), tensor([0, 0, 0, 0])] as const;
  const values = Float32Array.from({ length: 400 }, (_, i) => 4096 + (i % 3));
  await expectSame(
    () => defined(tensor(values, [1, 100, 4]), ...affine(), 1, false).slice(0, 1),
    () => {
      const [scale, shift] = affine();
      const inputs = { x: tensor(values, [1, 100, 4]), scale, shift };
      return run('GroupNorm', inputs, { groups: 1, epsilon: 1e-5, activation: 'linear' }).slice(0, 1);
    },
    1e-3,
  );
});

it('names a number of groups that does not divide the channels', async () => {
  const inputs = { x: random([1, 2, 2, 6]), scale: random([6]), shift: random([6]) };
  expect(() => run('GroupNorm', inputs, { groups: 4, epsilon: 1e-5, activation: 'linear' })).toThrow(
    /`groups` must divide 6 channels, got 4/,
  );
});
