import '@tensorflow/tfjs-backend-cpu';
import {
  memory,
  mul,
  type Scalar,
  scalar,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  variable,
} from '@tensorflow/tfjs-core';
import { type Differentiate, disposeAll, key, type Objective } from '@tweedie/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { data, objective } from '../fixtures/objective.mjs';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { eager } from './eager.js';
import { ema } from './ema.js';
import { cosineRate } from './learning-rate.js';
import { train } from './train.js';
import type { TrainStep } from './train-options.js';

beforeAll(() => setBackend('cpu'));

const valuesOf = (parameters: ReadonlyMap<string, Tensor>) => [...parameters].map(([name, value]) => [name, ...value.dataSync()]);

/** ‖w − target‖² per example of a batch of targets: its minimum is the mean of the data. */
function quadratic() {
  const w = variable(tensor1d([0, 0]));
  return {
    parameters: new Map([['w', w]]),
    prepare: (batch: Tensor) => ({ target: mul(batch, 1) }),
    evaluate: ({ target }: { readonly target: Tensor }) => ({ loss: tidy(() => sum<Scalar>(square(sub(w, target)))) }),
  } satisfies Objective<Tensor, { readonly target: Tensor }>;
}
function* targets(values: number[]): Generator<Tensor> {
  for (;;) yield tensor1d(values);
}

/** As another thread does it: the next inputs are prepared meanwhile. */
const elsewhere: Differentiate = (objective) => {
  const evaluate = eager(objective);
  return async (inputs) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return evaluate(inputs);
  };
};

describe('train', () => {
  test('finds a minimum, and reports every step', async () => {
    const problem = quadratic();
    const steps: TrainStep[] = [];
    for await (const step of train({
      objective: problem,
      batches: () => targets([1, -2]),
      steps: 400,
      key: key(0),
      learningRate: cosineRate({ peak: 0.05, steps: 400 }),
      logEvery: 50,
    }))
      steps.push(step);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
    expect(steps.filter(({ loss }) => loss !== undefined).map(({ step }) => step)).toEqual([
      50, 100, 150, 200, 250, 300, 350, 400,
    ]);
    expect(steps.at(-1)?.loss).toBeLessThan(1e-4);
    problem.parameters
      .get('w')
      ?.dataSync()
      .forEach((value, i) => {
        expect(value).toBeCloseTo([1, -2][i] ?? 0, 2);
      });
    expect(steps.at(-1)?.history.map(({ step }) => step)).toEqual([50, 100, 150, 200, 250, 300, 350, 400]);
  });

  test('the loss read is the mean over the steps since the last reading', async () => {
    const read = async (logEvery: number) => {
      const losses: number[] = [];
      for await (const { loss } of train({ objective: objective(), batches: data, steps: 30, key: key(0), logEvery }))
        if (loss !== undefined) losses.push(loss);
      return losses;
    };
    const each = await read(1);
    const means = await read(10);
    expect(means).toHaveLength(3);
    means.forEach((mean, i) => {
      expect(mean).toBeCloseTo(each.slice(10 * i, 10 * i + 10).reduce((a, b) => a + b, 0) / 10, 5);
    });
  });

  test('clipping bounds the update, and its norm is reported', async () => {
    const [free, clipped] = [quadratic(), quadratic()];
    const sgd = {
      state: () => ({}),
      update: (
        parameters: ReadonlyMap<string, ReturnType<typeof variable>>,
        gradients: Readonly<Record<string, Tensor>>,
        _: unknown,
        { scale }: { readonly scale?: Scalar },
      ) => tidy(() => parameters.get('w')?.assign(sub(parameters.get('w') ?? 0, mul(gradients.w ?? 0, scale ?? 1)))),
    };
    for await (const { metrics } of train({
      objective: clipped,
      batches: () => targets([30, 40]),
      steps: 1,
      key: key(0),
      optimizer: sgd,
      clip: 5,
    }))
      expect(metrics?.gradientNorm).toBeCloseTo(100, 3);
    for await (const _ of train({ objective: free, batches: () => targets([30, 40]), steps: 1, key: key(0), optimizer: sgd }));
    expect([...(free.parameters.get('w')?.dataSync() ?? [])]).toEqual([60, 80]);
    clipped.parameters
      .get('w')
      ?.dataSync()
      .forEach((value, i) => {
        expect(value).toBeCloseTo([3, 4][i] ?? 0, 4);
      });
  });

  test('leaves no tensor behind in 200 steps, nor when it ends', async () => {
    const model = objective();
    const average = ema(model.parameters);
    const outside = memory().numTensors;
    let inside: number | undefined;
    for await (const { step } of train({
      objective: model,
      batches: data,
      steps: 200,
      key: key(0),
      clip: 1,
      ema: average,
      checkpoint: { every: 50, save: () => undefined },
    })) {
      if (step % 10 === 1) inside ??= memory().numTensors;
      if (step % 10 === 1) expect(memory().numTensors).toBe(inside);
    }
    expect(memory().numTensors).toBe(outside);
  });

  test.each([
    ['at once', eager],
    ['elsewhere', elsewhere],
  ])(
    'frees all after a break, an abort and an error, and closes the batches, with gradients computed %s',
    async (_, differentiate) => {
      const model = objective();
      const before = memory().numTensors;
      let closed = 0;
      function* batches(from: number) {
        try {
          yield* data(from);
        } finally {
          closed++;
        }
      }
      const options = { objective: model, batches, steps: 100, key: key(0), clip: 1, differentiate };
      for await (const { step } of train(options)) if (step === 3) break;
      expect(memory().numTensors).toBe(before);

      const controller = new AbortController();
      const aborted = async () => {
        for await (const { step } of train({ ...options, signal: controller.signal }))
          if (step === 4) controller.abort(new Error('enough'));
      };
      await expect(aborted()).rejects.toThrow('enough');
      expect(memory().numTensors).toBe(before);

      const failing = async () => {
        for await (const _ of train({
          ...options,
          objective: {
            ...model,
            prepare: () => {
              throw new Error('no batch today');
            },
          },
        }));
      };
      await expect(failing()).rejects.toThrow('no batch today');
      expect(memory().numTensors).toBe(before);
      const refused = async () => {
        for await (const _ of train({
          ...options,
          differentiate: () => async () => {
            throw new Error('no gradient today');
          },
        }));
      };
      await expect(refused()).rejects.toThrow('no gradient today');
      expect(memory().numTensors).toBe(before);
      expect(closed).toBe(4);
    },
  );

  test('a signal may come from outside, between two steps', async () => {
    const run = async () => {
      for await (const _ of train({
        objective: objective(),
        batches: data,
        steps: 1e6,
        key: key(0),
        signal: AbortSignal.timeout(50),
      }));
    };
    await expect(run()).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('a loss that is not finite stops the run and names what one needs to go on', async () => {
    const problem = quadratic();
    function* poisoned(from: number): Generator<Tensor> {
      for (let k = from; ; k++) yield tensor1d([k === 33 ? Number.NaN : 1, 0]);
    }
    const saved: Checkpoint[] = [];
    const run = async () => {
      for await (const _ of train({
        objective: problem,
        batches: poisoned,
        steps: 100,
        key: key(0),
        learningRate: 0.25,
        checkpoint: { every: 8, save: (checkpoint) => void saved.push(checkpoint) },
      }));
    };
    await expect(run()).rejects.toMatchObject({
      code: 'loss-not-finite',
      message: expect.stringMatching(/NaN after step 40 \(learning rate 0\.25\).*step 32/),
    });
    expect(saved.map(({ step }) => step)).toEqual([8, 16, 24, 32]);
  });

  test.each([
    ['steps-not-positive', { steps: 0 }],
    ['steps-not-positive', { steps: 1.5 }],
    ['log-every-not-positive', { logEvery: 0 }],
    ['clip-not-positive', { clip: 0 }],
    ['checkpoint-every-not-positive', { checkpoint: { every: -1, save: () => undefined } }],
  ])('refuses with %s: %j', async (code, options) => {
    await expect(
      train({ objective: objective(), batches: data, steps: 1, key: key(0), ...options }).next(),
    ).rejects.toMatchObject({ code });
  });

  test('batches that end too early are an error', async () => {
    const run = async () => {
      for await (const _ of train({ objective: quadratic(), batches: () => [tensor1d([1, 1])], steps: 3, key: key(0) }));
    };
    await expect(run()).rejects.toMatchObject({ code: 'batches-ended', message: expect.stringContaining('ended after 1') });
  });
});

describe('resuming', () => {
  /** A run with everything on: chance, clipping, an average, a memory; stopped at `stop`, saved as bytes and gone on with. */
  async function run(steps: number, stop?: number) {
    const begin = () => {
      const model = objective();
      const average = ema(model.parameters);
      return {
        model,
        average,
        options: {
          objective: model,
          ema: average,
          batches: data,
          steps,
          key: key(9),
          clip: 0.5,
          learningRate: cosineRate({ peak: 0.02, warmUp: 3, steps }),
          logEvery: 6,
        },
      };
    };
    let { model, average, options } = begin();
    let resume: Checkpoint | undefined;
    if (stop !== undefined) {
      for await (const { step, snapshot } of train(options)) {
        if (step !== stop) continue;
        resume = decodeCheckpoint(encodeCheckpoint(await snapshot()));
        break;
      }
      disposeAll([...model.parameters.values()]);
      average.dispose();
      ({ model, average, options } = begin());
    }
    let last: TrainStep | undefined;
    let end: Checkpoint | undefined;
    for await (const step of train({ ...options, ...(resume && { resume }) })) {
      last = step;
      if (step.step === steps) end = await step.snapshot();
    }
    return { weights: valuesOf(model.parameters), average: valuesOf(average.parameters), history: last?.history, end };
  }

  test.each([1, 6, 10, 23])('after step %d ends in the same bits', async (stop) => {
    const whole = await run(24);
    const resumed = await run(24, stop);
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.average).toEqual(whole.average);
    expect(resumed.history).toEqual(whole.history);
    expect(resumed.end).toEqual(whole.end);
    expect(whole.end?.memory).toBeDefined();
  });

  test('a finished run only restores', async () => {
    const { end, weights } = await run(5);
    const model = objective();
    const average = ema(model.parameters);
    const steps: number[] = [];
    for await (const { step } of train({
      objective: model,
      ema: average,
      batches: data,
      steps: 5,
      key: key(9),
      ...(end && { resume: end }),
    }))
      steps.push(step);
    expect(steps).toEqual([]);
    expect(valuesOf(model.parameters)).toEqual(weights);
  });

  test('refuses another key, and the checkpoint of another model', async () => {
    const { end } = await run(4);
    if (end === undefined) throw new Error('the run gave no checkpoint');
    const model = objective();
    const before = memory().numTensors;
    await expect(train({ objective: model, batches: data, steps: 5, key: key(1), resume: end }).next()).rejects.toMatchObject({
      code: 'key-mismatch',
    });
    // Without the average that the checkpoint has, and with other parameters.
    await expect(train({ objective: model, batches: data, steps: 5, key: key(9), resume: end }).next()).rejects.toMatchObject({
      code: 'parameters-differ',
      message: expect.stringContaining('ema.'),
    });
    const other = { ...model, parameters: new Map([['in.bias', tidy(() => variable(scalar(0)))]]) };
    await expect(train({ objective: other, batches: data, steps: 5, key: key(9), resume: end }).next()).rejects.toMatchObject({
      code: 'parameters-differ',
    });
    expect(memory().numTensors).toBe(before + 1);
  });
});
