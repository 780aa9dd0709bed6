/**
 * Compiling a function of tensors: traced once for each shape that it is called with, and run as one graph from then on.
 */
import { type NamedTensorMap, Tensor, type Variable } from '@tensorflow/tfjs-core';
import { mapLeaves, mapTensors } from '@tweedie/core';
import type { Engine } from './engine.js';
import { opaque } from './internal/opaque.js';
import { Program } from './internal/program.js';
import { signature, withTensors } from './internal/signature.js';

const NO_GRADIENT = 'a compiled function has no gradient: compile a function that takes the gradient';

/** Where and with what a function is compiled. */
export interface CompileOptions {
  readonly engine: Engine;
  /**
   * Variables that the function reads and that may change between calls. Others are constants of the graph, with the values they
   * have then.
   */
  readonly variables?: ReadonlyMap<string, Variable>;
}

/**
 * A function that runs as one graph. Results are fresh tensors that the caller owns; inputs are borrowed until the result is
 * there, and variables must not change before. While a run of the same shapes has not ended, another throws Error
 * (`session-busy`), except that those of `run` take turns. A gradient through it throws Error (`no-gradient`): take it inside.
 */
export interface Compiled<Inputs, Outputs> {
  /** Runs while this thread waits. */
  (inputs: Inputs): Outputs;
  /** Begins a run; the function given back waits for its end. */
  start(inputs: Inputs): () => Outputs;
  /** Runs while this thread goes on, but for small work, which is done at once. Calls made at once take turns. */
  run(inputs: Inputs): Promise<Outputs>;
  /** Frees the graphs; the next call compiles anew, with the present values of what is constant. */
  dispose(): void;
}

/**
 * Compiles a pure function. The first call with inputs of new shapes traces it (see `trace`) and takes up to seconds; inputs that
 * are not tensors are constants, and other values of them are another graph.
 * @param fn from a tree (plain objects and arrays) with tensors to such a tree: no readback, no assignment, no randomness of its
 * own
 * @throws what `trace` throws, at the first call; TypeError (`input-not-plain`)
 * @example
 * ```ts
 * import { matMul, sigmoid, tensor2d } from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { compile } from '@tweedie/compile';
 * import { onnxRuntime } from '@tweedie/compile/node';
 *
 * const engine = await onnxRuntime();
 * const layer = compile(([x, weight]: [x: ReturnType<typeof tensor2d>, weight: ReturnType<typeof tensor2d>]) => sigmoid(matMul(x, weight)), { engine });
 * layer([tensor2d([[1, 2]]), tensor2d([[3], [4]])]).print(); // [[0.9999833]]
 * await engine.close();
 * ```
 */
export function compile<Inputs, Outputs>(fn: (inputs: Inputs) => Outputs, options: CompileOptions): Compiled<Inputs, Outputs> {
  const { engine, variables = new Map() } = options;
  const programs = new Map<string, Ready<Outputs>>();
  const ready = (inputs: Inputs): { readonly tensors: NamedTensorMap } & Ready<Outputs> => {
    const { key, tensors } = signature(inputs);
    let known = programs.get(key);
    if (known === undefined) {
      known = prepared(engine, variables, tensors, (traced) => fn(withTensors(inputs, traced)));
      programs.set(key, known);
    }
    return { tensors, ...known };
  };
  const start = (inputs: Inputs): (() => Outputs) => {
    const { tensors, program, outputs } = ready(inputs);
    const from = [...Object.values(tensors), ...variables.values()];
    const wait = program.start(tensors);
    return () => mapTensors(outputs(wait()), (tensor) => opaque(from, NO_GRADIENT, () => tensor));
  };
  return Object.assign((inputs: Inputs): Outputs => start(inputs)(), {
    start,
    run: async (inputs: Inputs): Promise<Outputs> => {
      const { tensors, program, outputs } = ready(inputs);
      return outputs(await program.run(tensors));
    },
    dispose: () => {
      for (const { program } of programs.values()) program.dispose();
      programs.clear();
    },
  });
}

interface Ready<Outputs> {
  readonly program: Program;
  readonly outputs: (tensors: NamedTensorMap) => Outputs;
}

/** A graph for inputs of given shapes, and how its results become the tree that the function gives. */
function prepared<Outputs>(
  engine: Engine,
  variables: ReadonlyMap<string, Variable>,
  inputs: NamedTensorMap,
  fn: (inputs: Readonly<NamedTensorMap>) => Outputs,
): Ready<Outputs> {
  let template: unknown;
  const program = new Program(engine, inputs, variables, (traced, output) => {
    let next = 0;
    template = mapLeaves(fn(traced), (leaf) => {
      if (!(leaf instanceof Tensor)) return () => leaf;
      const name = `output:${next++}`;
      output(name, leaf);
      return (results: NamedTensorMap) => results[name];
    });
  });
  type Leaf = (results: NamedTensorMap) => unknown;
  return { program, outputs: (results) => mapLeaves(template, (leaf) => (leaf as Leaf)(results)) as Outputs };
}
