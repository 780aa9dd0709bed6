/**
 * Gradients from a worker. Each request carries the present parameters and a part of the batch, each answer the gradients: for
 * parameters up to millions this is a few milliseconds of copying, and any `MessagePort` will do, in browsers and in Node.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Differentiate, disposeAll, type Gradients, invalid, type Objective, type Parameters } from '@tweedie/core';
import { connect, type Port, packTensors, packTensorsSync, serve, unpackTensors } from '@tweedie/workers';
import { eager } from './eager.js';

export type { Port } from '@tweedie/workers';

interface Request<Inputs> {
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly inputs: Inputs;
}

/**
 * Differentiates on the other end of a port, where {@link serveGradients} runs with the same objective. The parameters here are
 * the truth; those over there are overwritten. The caller ends the worker when done.
 * @param port a `Worker` or a `MessagePort`
 * @throws when called: Error (`worker-failed`) with the worker's own error, its stack and code as `cause`; Error (`worker-gone`) if the
 * worker ended or could not start
 */
export function remote(port: Port): Differentiate {
  const { call } = connect<{ gradients(request: unknown): unknown }>(port);
  return (objective) => async (inputs) => {
    // Packed at once, so that the worker is at it before the next line.
    const request = packTensorsSync({ parameters: Object.fromEntries(objective.parameters), inputs });
    const result = await call.gradients(request).catch((error: unknown) => {
      throw failed(error);
    });
    return unpackTensors(result) as Gradients; // only serveGradients serves this
  };
}

/**
 * Answers the requests of {@link remote}, in a worker that has loaded a backend and built the objective. Of the objective only
 * `parameters` and `evaluate` are used.
 * @param port Node: `parentPort`; browsers: the worker's `self`
 * @param differentiate default {@link eager}
 */
export function serveGradients<Batch, Inputs>(
  port: Port,
  objective: Objective<Batch, Inputs>,
  differentiate: Differentiate = eager,
): void {
  const evaluate = differentiate(objective);
  const gradients = async (packed: unknown) => {
    const request = unpackTensors(packed) as Request<Inputs>; // only remote asks for this
    let result: Gradients | undefined;
    try {
      assign(objective.parameters, request.parameters);
      result = await evaluate(request.inputs);
      return await packTensors(result);
    } finally {
      disposeAll(request, result);
    }
  };
  serve({ gradients }, port);
}

function assign(parameters: Parameters, values: Readonly<Record<string, Tensor>>): void {
  const stranger =
    [...parameters.keys()].find((name) => values[name] === undefined) ??
    Object.keys(values).find((name) => !parameters.has(name));
  if (stranger !== undefined)
    throw invalid('parameters-differ', `both ends must have the same parameters, but ${JSON.stringify(stranger)} is on one only`);
  for (const [name, parameter] of parameters) {
    const value = values[name];
    if (value !== undefined) parameter.assign(value);
  }
}

function failed(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'worker-gone') return error;
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(invalid('worker-failed', `a gradient worker failed: ${message}`, Error), { cause: error });
}
