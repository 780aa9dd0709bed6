import {
  add,
  mul,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { key, type Network, normal, type Objective } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import {
  type DiffusionBatch,
  denoisingScoreMatching,
  diffusionLoss,
  discreteElbo,
  flowMatching,
  implicitScoreMatching,
  learnedVarianceLoss,
  minibatchOptimalTransport,
  slicedScoreMatching,
  softmaxGaussian,
  variationalBound,
} from '@tweedie/losses';
import { energyScore, mlp, unet } from '@tweedie/networks';
import { epsilon, v } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { beforeAll, describe, expect, it } from 'vitest';
import { present, setUp } from '../../test/compare.js';

const small = { widths: [8, 16], blocks: 1, groups: 4, embedding: 8, key: key(1) };
const perceptron = (outputs = 2) => mlp({ key: key(0), width: 16, layers: 2, embedding: 8, outputs });

const networks: Record<string, { make: () => Network<Tensor | undefined>; shape: number[]; classes?: number }> = {
  'a perceptron': { make: perceptron, shape: [2] },
  'the score of an energy': {
    make() {
      const energy = perceptron();
      return energyScore({ ...energy, apply: (x, noise) => sum(energy.apply(x, noise, undefined), 1) });
    },
    shape: [2],
  },
  'the U-Net with attention, classes and patches': {
    make: () => unet({ ...small, patch: 2, classes: 4 }),
    shape: [8, 8, 1],
    classes: 4,
  },
};

/** No parameter stays where it starts: some are zero, and hide the gradients of others. */
function disturb({ parameters }: { readonly parameters: ReadonlyMap<string, Variable> }): void {
  let i = 0;
  for (const parameter of parameters.values())
    tidy(() => parameter.assign(add(parameter, mul(normal(key(100 + i++), parameter.shape), 0.2))));
}

async function read(loss: Tensor, grads: Record<string, Tensor>, parameters: ReadonlyMap<string, Variable>) {
  const values: [string, Float32Array | Int32Array | Uint8Array][] = [['the loss', await loss.data()]];
  for (const [name, { name: id }] of parameters) {
    const gradient = grads[id];
    if (gradient) values.push([name, await gradient.data()]);
  }
  return new Map(values);
}

type Values = Awaited<ReturnType<typeof read>>;

/** Values agree to 1e-4 of the largest of a tensor, or of all gradients where a tensor is small among them. */
function expectClose(actual: Values, expected: Values): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  const size = (values: ArrayLike<number> = []) => Math.max(...Array.from(values, Math.abs));
  const all = Math.max(...[...expected].slice(1).map(([, values]) => size(values)));
  for (const [name, values] of expected) {
    const error = size(Array.from(values, (value, i) => value - (actual.get(name)?.[i] ?? Number.NaN)));
    expect(error, name).toBeLessThanOrEqual(1e-4 * Math.max(size(values), 0.01 * all));
  }
}

/** The loss and all its gradients, on a backend, of a network made there. */
async function trained<Batch, Inputs>(
  backend: string,
  make: () => { readonly objective: Objective<Batch, Inputs>; readonly batch: () => Batch },
): Promise<Values> {
  await setBackend(backend);
  const { objective, batch } = make();
  disturb(objective);
  const inputs = await objective.prepare(batch(), key(9));
  const { value, grads } = variableGrads(() => objective.evaluate(inputs).loss, [...objective.parameters.values()]);
  return read(value, grads, objective.parameters);
}

describe.skipIf(!present)('on WebGPU as on the processor', () => {
  beforeAll(setUp);

  it.each(Object.entries(networks))(
    '%s and all its gradients',
    async (_, { make, shape, classes }) => {
      const onBackend = (backend: string) =>
        trained(backend, () => {
          const network = make();
          const objective: Objective<undefined, readonly Tensor[]> = {
            parameters: network.parameters,
            prepare: () => [
              normal(key(2), [2, ...shape]),
              tensor1d([0.2, 0.7]),
              ...(classes ? [tensor1d([1, classes], 'int32')] : []),
            ],
            evaluate: ([x, noise, condition]) => {
              if (!x || !noise) throw new TypeError('inputs are missing');
              return { loss: tidy(() => sum(square(sub(network.apply(x, noise as never, condition), x)))) };
            },
          };
          return { objective, batch: () => undefined };
        });
      expectClose(await onBackend('webgpu'), await onBackend('cpu'));
    },
    180_000,
  ); // a software adapter compiles some fifty shaders

  const process = variancePreserving(clamped(cosine(), { min: -8, max: 8 }));
  const plane = (): DiffusionBatch => ({ x: normal(key(3), [6, 2]) });
  const losses: Record<string, () => { objective: Objective<DiffusionBatch, never>; batch: () => DiffusionBatch }> = {};
  const given = <Inputs>(name: string, make: () => Objective<DiffusionBatch, Inputs>) => {
    losses[name] = () => ({ objective: make() as unknown as Objective<DiffusionBatch, never>, batch: plane });
  };
  given('diffusion', () => diffusionLoss({ network: perceptron(), process, parameterization: v() }));
  given('denoising score matching', () =>
    denoisingScoreMatching({ network: perceptron(), process, parameterization: epsilon() }),
  );
  given('implicit score matching', () => implicitScoreMatching({ network: perceptron() }));
  given('sliced score matching', () => slicedScoreMatching({ network: perceptron() }));
  given('the bound in discrete time', () => discreteElbo({ network: perceptron(), process, parameterization: v(), steps: 9 }));
  given('a learned variance', () =>
    learnedVarianceLoss({ network: perceptron(4), process, parameterization: epsilon(), steps: 9 }),
  );
  given('the bound in continuous time', () =>
    variationalBound({ network: perceptron(), process, parameterization: v(), decoder: softmaxGaussian() }),
  );
  given('flow matching', () => flowMatching({ network: perceptron(), coupling: minibatchOptimalTransport() }) as never);

  it.each(Object.entries(losses))('the loss %s and all its gradients', async (_, make) => {
    expectClose(await trained('webgpu', make), await trained('cpu', make));
  });
});
