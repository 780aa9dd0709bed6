/**
 * Gradients from a worker. Each request carries the present parameters and a part of the batch, each answer the gradients: for
 * parameters up to millions this is a few milliseconds of copying, and any `MessagePort` will do, in browsers and in Node.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Differentiate, disposeAll, type Gradients, invalid, type Objective, type Parameters } from '@tweedie/core';
import { eager } from './eager.js';
import { listen, type Port } from './internal/port.js';
import { pack, unpack } from './internal/wire.js';

export type { Port } from './internal/port.js';

interface Request<Inputs> {
  readonly id: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly inputs: Inputs;
}

type Reply = { readonly id: number; readonly result: Gradients } | { readonly id: number; readonly failure: Failure };

interface Failure {
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: unknown;
}

/**
 * Differentiates on the other end of a port, where {@link serveGradients} runs with the same objective. The parameters here are
 * the truth; those over there are overwritten. The caller ends the worker when done.
 * @param port a `Worker` or a `MessagePort`
 * @throws when called: Error (`worker-failed`) with the worker's own error, its stack and code as `cause`; Error (`worker-gone`) if the
 * worker ended or could not start
 */
export function remote(port: Port): Differentiate {
  const waiting = new Map<number, { readonly resolve: (result: Gradients) => void; readonly reject: (error: unknown) => void }>();
  let requests = 0;
  let ended: Error | undefined;
  listen(
    port,
    (message) => {
      const reply = unpack(message) as Reply; // only serveGradients speaks on the port
      const waiter = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('result' in reply) waiter?.resolve(reply.result);
      else waiter?.reject(failed(reply.failure));
    },
    (reason) => {
      ended ??= gone(reason);
      for (const { reject } of waiting.values()) reject(ended);
      waiting.clear();
    },
  );
  return (objective) => (inputs) =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) throw ended;
      const id = requests++;
      const { message, transfer } = pack({ id, parameters: Object.fromEntries(objective.parameters), inputs });
      port.postMessage(message, transfer);
      waiting.set(id, { resolve, reject });
    });
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
  listen(port, async (message) => {
    const request = unpack(message) as Request<Inputs>; // only remote speaks on the port
    let result: Gradients | undefined;
    try {
      assign(objective.parameters, request.parameters);
      result = await evaluate(request.inputs);
      const { message: reply, transfer } = pack({ id: request.id, result });
      port.postMessage(reply, transfer);
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      port.postMessage(
        { id: request.id, failure: { message, stack, code: error instanceof Error && 'code' in error ? error.code : undefined } },
        [],
      );
    } finally {
      disposeAll(request, result);
    }
  });
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

function failed({ message, stack, code }: Failure): Error {
  const cause = Object.assign(new Error(message), { stack }, code === undefined ? {} : { code });
  return Object.assign(invalid('worker-failed', `a gradient worker failed: ${message}`, Error), { cause });
}

function gone(reason: unknown): Error {
  const why = reason instanceof Error ? reason.message : String(reason);
  return Object.assign(invalid('worker-gone', `a gradient worker is gone: ${why}`, Error), { cause: reason });
}
