/**
 * A network whose forward pass is a compiled graph with its weights inside: the fastest way to sample. Its gradient with respect to
 * `x` is a graph too: the product of a vector with the Jacobian, dyᵀ·∂apply/∂x.
 */
import { customGrad, grad, scalar, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type CompiledNetwork, mapTensors, type Network, registerGradients, tensorsIn } from '@tweedie/core';
import type { Engine } from './engine.js';
import { batchwise } from './internal/batchwise.js';
import { opaque } from './internal/opaque.js';

const ONLY_X =
  'a compiled network has a gradient with respect to `x` only: differentiate the network that it was made from, or compile a function that takes the gradient';
const ONCE =
  'the gradient of a compiled network cannot be differentiated again: differentiate the network that it was made from twice';

/**
 * The same network, run as one graph for each batch size, with the weights of the time when that was made: at the first call.
 * Its gradient with respect to `x` is another graph, made when it is first asked for. `refresh` takes the present weights for all.
 * @param engines where it runs: each of several engines has an equal part of the batch
 * @throws when called or differentiated: what `trace` throws; when differentiated twice, or with respect to anything but `x`: Error
 * (`no-gradient`)
 */
export function compiledNetwork<Condition = undefined>(
  network: Network<Condition>,
  engines: Engine | readonly [Engine, ...Engine[]],
): CompiledNetwork<Condition> {
  type Inputs = readonly [...Parameters<Network<Condition>['apply']>];
  const forward = batchwise((inputs: Inputs) => network.apply(...inputs), engines);
  const backward = batchwise(([dy, [x, ...others]]: readonly [Tensor, Inputs]) => {
    registerGradients();
    return grad((at) => network.apply(at, ...others))(x, dy);
  }, engines);
  const free = (): void => {
    forward.dispose();
    backward.dispose();
  };
  const apply = (...inputs: Inputs): Tensor => {
    const [x, ...others] = inputs;
    const parameters = [...network.parameters.values()];
    const all = tensorsIn(inputs);
    return tidy(() => {
      const allElse = opaque([...tensorsIn(others), ...parameters], ONLY_X, () => scalar(0));
      return customGrad((...[, , save]) => {
        // Copies, since what `x` was computed in may be freed before the way back.
        if (typeof save === 'function') save([...all]);
        const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
          const same = mapTensors(inputs, (tensor) => saved[all.indexOf(tensor)] ?? tensor);
          return [opaque([dy, ...saved, ...parameters], ONCE, () => backward([dy, same])), scalar(0)];
        };
        return { value: forward(inputs), gradFunc };
      })(x, allElse);
    });
  };
  return { parameters: network.parameters, apply, refresh: free, dispose: free };
}
