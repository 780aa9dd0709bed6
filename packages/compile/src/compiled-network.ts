/** A network whose forward pass is a compiled graph with its weights inside: the fastest way to sample. */
import { concat, customGrad, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { batchShare, type CompiledNetwork, invalid, type Network, sliceBatch, tensorsIn } from '@tweedie/core';
import { compile } from './compile.js';
import type { Engine } from './engine.js';

/**
 * The same network, run as one graph for each batch size, with the weights of the time when it was first called; `refresh` takes
 * the present ones. It has no gradient.
 * @param engines where it runs: each of several engines has an equal part of the batch
 * @throws when called: what `trace` throws; when differentiated: Error (`no-gradient`)
 */
export function compiledNetwork<Condition = undefined>(
  network: Network<Condition>,
  engines: Engine | readonly [Engine, ...Engine[]],
): CompiledNetwork<Condition> {
  type Inputs = readonly [...Parameters<Network<Condition>['apply']>];
  const forward = (engine: Engine) => compile((inputs: Inputs): Tensor => network.apply(...inputs), { engine });
  const parts = 'load' in engines ? [forward(engines)] : engines.map(forward);
  const free = (): void => {
    for (const part of parts) part.dispose();
  };
  const run = (inputs: Inputs): Tensor => {
    const [batch = 0] = inputs[0].shape;
    const waits: (() => Tensor)[] = [];
    try {
      for (const [i, part] of parts.entries()) {
        const share = batchShare(batch, parts.length, i);
        if (share.end > share.begin) waits.push(part.start(parts.length === 1 ? inputs : sliceBatch(inputs, share)));
      }
      return concat(
        waits
          .splice(0)
          .map(settled)
          .map((result) => result()),
      );
    } finally {
      waits.map(settled); // where one could not begin
    }
  };
  return {
    parameters: network.parameters,
    apply: (...inputs) => customGrad(() => ({ value: tidy(() => run(inputs)), gradFunc: refused }))(...tensorsIn(inputs)),
    refresh: free,
    dispose: free,
  };
}

/** What a wait comes to, thrown or not: all have to end before one error is told. */
function settled(wait: () => Tensor): () => Tensor {
  try {
    const value = wait();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function refused(): never {
  throw invalid(
    'no-gradient',
    'a compiled network has no gradient: differentiate the network that it was made from, or compile a function that takes the gradient',
    Error,
  );
}
