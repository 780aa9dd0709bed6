/** Loss and gradients from one compiled graph: what `train` takes in the place of TensorFlow.js's automatic differentiation. */
import { type NamedTensorMap, type Scalar, type Tensor, type Tensor1D, variableGrads } from '@tensorflow/tfjs-core';
import { type Differentiate, type Gradients, registerGradients } from '@tweedie/core';
import type { Engine } from './engine.js';
import { Program } from './internal/program.js';
import { signature, withTensors } from './internal/signature.js';

const LOSS = 'loss';
const PER_EXAMPLE = 'perExample';
const METRIC = 'metric:';
const GRADIENT = 'gradient:';

/**
 * Differentiates an objective as one graph per shape of its inputs, at the present values of its parameters. This thread stays
 * free meanwhile, but for small networks, which are done at once. Parameters that the loss does not depend on have no entry in
 * the gradients, as in `eager`.
 * @param engine runs the graphs, which last until it is closed
 * @throws what `trace` throws, when first called with new shapes
 */
export function compiled(engine: Engine): Differentiate {
  return (objective) => {
    registerGradients();
    const { parameters } = objective;
    const programs = new Map<string, Program>();
    return async (inputs): Promise<Gradients> => {
      const { key, tensors } = signature(inputs);
      let program = programs.get(key);
      if (program === undefined) {
        program = new Program(engine, tensors, parameters, (traced, output) => {
          const { grads } = variableGrads(() => {
            const { loss, perExample, metrics } = objective.evaluate(withTensors(inputs, traced));
            output(LOSS, loss);
            if (perExample !== undefined) output(PER_EXAMPLE, perExample);
            for (const [name, metric] of Object.entries(metrics ?? {})) output(METRIC + name, metric);
            return loss;
          }, [...parameters.values()]);
          for (const [name, variable] of parameters) {
            const gradient: Tensor | null | undefined = grads[variable.name];
            if (gradient != null) output(GRADIENT + name, gradient);
          }
        });
        programs.set(key, program);
      }
      return gradientsOf(await program.run(tensors));
    };
  };
}

function gradientsOf(results: NamedTensorMap): Gradients {
  const of = (prefix: string): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(results).flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])),
    );
  const metrics = of(METRIC) as Record<string, Scalar>;
  const { [PER_EXAMPLE]: perExample } = results;
  return {
    loss: results[LOSS] as Scalar,
    ...(perExample === undefined ? {} : { perExample: perExample as Tensor1D }),
    ...(Object.keys(metrics).length === 0 ? {} : { metrics }),
    gradients: of(GRADIENT),
  };
}
