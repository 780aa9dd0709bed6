/** The training of a noise-conditional classifier, compiled, against the eager one. */
import '@tensorflow/tfjs-backend-cpu';
import { add, mul, setBackend, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { onnxRuntime } from '@tweedie/compile/node';
import { disposeAll, key, normal } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { classification } from '@tweedie/losses';
import { noisyClassifier } from '@tweedie/networks';
import { v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { eager } from '@tweedie/training';
import { beforeAll, expect, test } from 'vitest';
import { compiled } from './compiled.js';
import { portable } from './lower.js';

beforeAll(() => setBackend('cpu'));

const numbers = (tensor: Tensor | undefined) => [...(tensor?.dataSync() ?? [])];

test('a classifier has the loss, the accuracy and the gradients of the eager step, in both dialects', async () => {
  const engine = await onnxRuntime({ threads: 1 });
  const network = noisyClassifier({ key: key(1), image: [8, 12, 2], classes: 3, widths: [8, 16], embedding: 16 });
  for (const [i, each] of [...network.parameters.values()].entries())
    tidy(() => each.assign(add(each, mul(normal(key(i), each.shape), 0.1))));
  const objective = classification({
    network,
    process: variancePreserving(clamped(cosine(), { min: -8, max: 8 })),
    parameterization: v(),
  });
  const batch = { x: normal(key(5), [5, 8, 12, 2]), condition: tensor1d([0, 2, 1, 2, 3], 'int32') };
  const inputs = await objective.prepare(batch, key(6));
  const expected = await eager(objective)(inputs);
  for (const dialect of [engine.dialect, portable]) {
    const given = await compiled({ ...engine, dialect })(objective)(inputs);
    expect(numbers(given.metrics?.accuracy)).toEqual(numbers(expected.metrics?.accuracy));
    numbers(given.perExample).forEach((loss, i) => void expect(loss).toBeCloseTo(numbers(expected.perExample)[i] ?? 9, 5));
    for (const [name, gradient] of Object.entries(expected.gradients)) {
      const values = numbers(gradient);
      const size = Math.max(1e-2, ...values.map(Math.abs));
      const own = numbers(given.gradients[name]);
      expect(own.length, name).toBe(values.length);
      expect(Math.max(...own.map((each, i) => Math.abs(each - (values[i] ?? 9)))) / size, name).toBeLessThan(1e-5);
    }
    disposeAll(given);
  }
  disposeAll(batch, inputs, expected, [...network.parameters.values()]);
  await engine.close();
});
