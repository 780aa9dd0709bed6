/**
 * Tracing: a pure function of tensors is called once with tensors that only record, and what it did becomes a graph. Operations,
 * gradients (`tf.grad`, `tf.variableGrads`) and custom gradients are followed; JavaScript numbers, and tensors from outside that
 * are not declared, become constants.
 */
import { engine, type NamedTensorMap, type Tensor, tidy, Variable } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import { type Graph, nodesFor, type TensorSpec, type Value } from './graph.js';
import { Builder } from './internal/builder.js';
import { callSite } from './internal/call-site.js';
import { checkedType, type Recording, recorded, tracedInfo, tracedValue } from './internal/trace-backend.js';
import { withoutTape } from './internal/without-tape.js';

/** A function to trace: it gives each result, by name, to `output` while the tensor is alive. */
export type Traceable = (inputs: Readonly<NamedTensorMap>, output: (name: string, tensor: Tensor) => void) => void;

/** What is an input of the graph. */
export interface TraceInputs {
  /** Shapes and types by name. */
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** Variables that are inputs too, by names different from those of `inputs`. Other variables become constants. */
  readonly variables?: ReadonlyMap<string, Variable>;
}

/**
 * Traces a function, twice, to find constants that differ from one call to the next: frozen random numbers or counters.
 * @param what names, shapes and types of the inputs
 * @param fn pure: no readback, no assignment to variables, no JavaScript randomness
 * @throws TypeError (`kernel-unsupported`) for an operation without a compiled form, and Error (`traced-tensor-read`,
 * `constant-differs`, `variable-assigned`, `tensor-disposed`), each naming the place in the traced function; Error
 * (`function-differs`, `function-asynchronous`, `no-output`, `trace-nested`, `tensor-escaped`); RangeError (`shapes-differ`)
 */
export function trace(what: TraceInputs, fn: Traceable): Graph {
  const { stackTraceLimit } = Error;
  // The user's code is that deep below TensorFlow.js's gradients.
  Error.stackTraceLimit = 100;
  try {
    return withoutTape(() => tracedTwice(what, fn));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function tracedTwice(what: TraceInputs, fn: Traceable): Graph {
  const first = traceOnce(what, fn);
  const second = traceOnce(what, fn);
  const differing = first.constants.findIndex((value, i) => !equal(value, second.constants[i]));
  if (differing !== -1) throw frozen(what, fn, differing);
  if (described(first) !== described(second))
    throw invalid(
      'function-differs',
      'a traced function must do the same at each call: what it depends on must be an input',
      Error,
    );
  return first.graph;
}

interface Traced {
  readonly graph: Graph;
  readonly constants: readonly Value[];
}

function traceOnce(what: TraceInputs, fn: Traceable, onConstant?: () => void): Traced {
  const builder = new Builder(onConstant);
  const values: Recording['values'] = new WeakMap();
  const inputs = new Map<string, Value>();
  const outputs = new Map<string, Value>();
  for (const [name, spec] of Object.entries(what.inputs)) inputs.set(name, builder.input(name, spec));
  for (const [name, variable] of what.variables ?? []) {
    const value = builder.input(name, { shape: variable.shape, dtype: checkedType(variable.dtype) });
    inputs.set(name, value);
    values.set(variable.dataId, value);
  }
  withoutAssignment(() =>
    recorded({ builder, values }, () =>
      tidy(() => {
        const tensors: NamedTensorMap = {};
        for (const name of Object.keys(what.inputs))
          tensors[name] = engine().makeTensorFromTensorInfo(tracedInfo(inputs.get(name) as Value));
        const result: unknown = fn(tensors, (name, tensor) => outputs.set(name, tracedValue(tensor)));
        if (result instanceof Promise) {
          result.catch(() => undefined);
          throw invalid('function-asynchronous', 'a traced function must be synchronous, but it gave a promise', Error);
        }
      }),
    ),
  );
  if (outputs.size === 0) throw invalid('no-output', 'a traced function must give at least one output', Error);
  return { graph: { inputs, outputs, nodes: nodesFor(outputs.values()) }, constants: builder.constants };
}

/** An assignment would free what the variable held, so it is refused before it does anything. */
function withoutAssignment(run: () => void): void {
  const { assign } = Variable.prototype;
  Variable.prototype.assign = () => {
    throw invalid(
      'variable-assigned',
      `a variable is assigned to at ${callSite()}: a traced function must return values instead`,
      Error,
    );
  };
  try {
    run();
  } finally {
    Variable.prototype.assign = assign;
  }
}

/** All that a graph does and gives, but for what is in its constants. */
function described({ graph, constants }: Traced): string {
  const told = ({ id, source, shape }: Value): unknown => (source.kind === 'splat' ? [String(source.value), shape] : id);
  const nodes = graph.nodes.map(({ op, attributes, inputs }) => [op, attributes, inputs.map(told)]);
  const outputs = [...graph.outputs].map(([name, value]) => [name, told(value)]);
  return JSON.stringify([nodes, outputs, constants.length]);
}

function equal(a: Value, b: Value | undefined): boolean {
  if (b === undefined || a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return false;
  if (a.source.kind === 'splat' && b.source.kind === 'splat') return Object.is(a.source.value, b.source.value);
  if (a.source.kind !== 'constant' || b.source.kind !== 'constant') return false;
  const other = b.source.data;
  return a.source.data.every((value, i) => Object.is(value, other[i]));
}

/** Traces a third time to find where the constant was made. */
function frozen(what: TraceInputs, fn: Traceable, index: number): Error {
  let made = 0;
  let where = 'an unknown place';
  traceOnce(what, fn, () => {
    if (made++ === index) where = callSite();
  });
  return invalid(
    'constant-differs',
    `a value made at ${where} differs from one call to the next, and would be frozen: randomness and changing numbers must be inputs`,
    Error,
  );
}
