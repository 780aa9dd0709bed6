/** A network whose forward pass is a compiled graph with its weights inside: the fastest way to sample. */
import { customGrad, type Tensor } from '@tensorflow/tfjs-core';
import { type CompiledNetwork, invalid, type Network, tensorsIn } from '@tweedie/core';
import { compile } from './compile.js';
import type { Engine } from './engine.js';

/**
 * The same network, run as one graph for each batch size, with the weights of the time when it was first called; `refresh` takes the present
 * ones. It has no gradient.
 * @throws when called: what `trace` throws; when differentiated: Error (`no-gradient`)
 */
export function compiledNetwork<Condition = undefined>(network: Network<Condition>, engine: Engine): CompiledNetwork<Condition> {
  type Inputs = Parameters<Network<Condition>['apply']>;
  const forward = compile((inputs: Inputs): Tensor => network.apply(...inputs), { engine });
  return {
    parameters: network.parameters,
    apply: (...inputs) =>
      customGrad(() => ({ value: forward(inputs), gradFunc: refused }))(...tensorsIn(inputs)),
    refresh: forward.dispose,
    dispose: forward.dispose,
  };
}

function refused(): never {
  throw invalid('no-gradient', 'a compiled network has no gradient: differentiate the network that it was made from, or compile a function that takes the gradient', Error); // biome-ignore format: one message
}
