import '@tensorflow/tfjs-backend-cpu';
import {
  add,
  grad,
  memory,
  mul,
  type Scalar,
  setBackend,
  square,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { key, normal, registerGradients } from '@tweedie/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { noisyClassifier } from './noisy-classifier.js';

beforeAll(async () => {
  await setBackend('cpu');
  registerGradients();
});

const tiny = { key: key(0), image: [8, 12, 2], classes: 5, widths: [8, 16], groups: 4, embedding: 16 } as const;
const noise = tensor1d([0.2, 0.9]);
const x = normal(key(5), [2, 8, 12, 2]);

/** A classifier whose zero-initialised parameters are moved too, so that everything matters. */
function awake(options: Parameters<typeof noisyClassifier>[0]) {
  const network = noisyClassifier(options);
  for (const [i, value] of [...network.parameters.values()].entries())
    tidy(() => value.assign(add(value, mul(normal(key(i), value.shape), 0.2))));
  return network;
}

const rows = (logits: Tensor) => [logits.dataSync().slice(0, 5), logits.dataSync().slice(5)] as const;

describe('noisyClassifier', () => {
  it('gives a logit for each class, all zero at first', () => {
    const logits = noisyClassifier(tiny).apply(x, noise, undefined);
    expect(logits.shape).toEqual([2, 5]);
    expect(Math.max(...logits.dataSync().map(Math.abs))).toBe(0);
  });

  it('listens to image and noise, each sample for itself', () => {
    const { apply } = awake(tiny);
    const [first, second] = rows(apply(x, noise, undefined));
    const [same, later] = rows(apply(x, tensor1d([0.2, 0.5]), undefined));
    expect(same).toEqual(first);
    expect(later).not.toEqual(second);
    const mask = tidy(() => mul(x, tensor1d([1, 0])));
    expect(rows(apply(mask, noise, undefined))[0]).not.toEqual(first);
    mask.dispose();
  });

  it('has a gradient for every parameter and every pixel, and leaks nothing', () => {
    const { apply, parameters } = awake({ ...tiny, blocks: 2, image: [8, 8, 1], widths: [8, 16, 24] });
    const image = normal(key(6), [2, 8, 8, 1]);
    const before = memory().numTensors;
    tidy(() => {
      const loss = (at: Tensor) => sum<Scalar>(square(apply(at, noise, undefined)));
      const { grads } = variableGrads(() => loss(image), [...parameters.values()] as Variable[]);
      for (const [name, { name: id }] of parameters)
        expect(Math.max(...(grads[id]?.dataSync().map(Math.abs) ?? [0])), name).toBeGreaterThan(0);
      expect(
        grad(loss)(image)
          .dataSync()
          .every((each) => each !== 0),
      ).toBe(true);
    });
    expect(memory().numTensors).toBe(before);
    apply(image, noise, undefined).dispose();
    expect(memory().numTensors).toBe(before);
    image.dispose();
  });

  it('is the slope that finite differences see', () => {
    const { apply } = awake(tiny);
    const direction = normal(key(8), x.shape);
    const along = (step: number) =>
      tidy(() => sum(square(apply(add(x, mul(direction, step)), noise, undefined))).dataSync()[0] ?? 0);
    const slope = tidy(
      () => sum(mul(grad((at) => sum(square(apply(at, noise, undefined))))(x), direction)).dataSync()[0] ?? Number.NaN,
    );
    const expected = (along(1e-2) - along(-1e-2)) / 2e-2;
    expect(Math.abs(slope / expected - 1)).toBeLessThan(2e-3);
    direction.dispose();
  });

  it.each([
    [{ classes: 0 }, 'size-not-positive'],
    [{ blocks: 0 }, 'size-not-positive'],
    [{ groups: 3 }, 'groups-do-not-divide'],
    [{ image: [8, 10, 1] }, 'image-not-divisible'],
  ] as const)('refuses %o', (wrong, code) => {
    expect(() => noisyClassifier({ ...tiny, ...wrong })).toThrow(expect.objectContaining({ code }));
  });
});
