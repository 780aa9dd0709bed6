/**
 * A network as an ONNX model of public operators, for other programs and other languages, for a batch of any size.
 *
 * A traced graph knows its batch size, and so do the shapes that it reshapes to. Two graphs of different sizes show which numbers
 * are the batch's doing: one length of a reshape may be, as ONNX infers it from the rest; any other number would be wrong for
 * other sizes.
 */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { type CodedError, invalid, type Network } from '@tweedie/core';
import type { TensorSpec } from './graph.js';
import { lower } from './lower.js';
import type { OnnxModel, OnnxPort, OnnxTensor } from './onnx.js';
import { trace } from './trace.js';

/** How a network becomes a model. */
export interface OnnxNetworkOptions {
  /** Shape of one example of `x`, such as [height, width, channels]. */
  readonly shape: readonly number[];
  /** Size of the batch. Default any: the first axis of inputs and output is then called `batch`. */
  readonly batch?: number;
}

/** How a network that is told a condition becomes a model. */
export interface OnnxConditionOptions<Condition, Name extends string> extends OnnxNetworkOptions {
  /** Inputs that the condition is made of, by name, each with the shape of one example's. */
  readonly inputs: Readonly<Record<Name, TensorSpec>>;
  /** The condition from tensors of these inputs. */
  readonly condition: (inputs: Readonly<Record<Name, Tensor>>) => Condition;
}

/** Primes, so that what is not the batch's doing has another reason to differ. */
const SIZES = [7919, 7907] as const;

/**
 * A model with the inputs `x` [batch, …shape] and `noise` [batch], those of the condition, and the output `prediction`. The
 * weights are part of it, with their present values.
 * @throws what `trace` throws; RangeError (`batch-not-positive`, or `batch-not-free` if an operation needs to know the batch
 * size)
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { encodeOnnx, onnxNetwork } from '@tweedie/compile';
 * import { key } from '@tweedie/core';
 * import { mlp } from '@tweedie/networks';
 *
 * const model = onnxNetwork(mlp({ key: key(0) }), { shape: [2] });
 * console.log(model.inputs.map(({ name, shape }) => `${name} [${shape}]`)); // x [batch,2], noise [batch]
 * console.log(encodeOnnx(model).length, 'bytes');
 * ```
 */
export function onnxNetwork(network: Network, options: OnnxNetworkOptions): OnnxModel;
export function onnxNetwork<Condition, Name extends string>(
  network: Network<Condition>,
  options: OnnxConditionOptions<Condition, Name>,
): OnnxModel;
export function onnxNetwork<Condition>(
  network: Network<Condition | undefined>,
  options: OnnxNetworkOptions & Partial<OnnxConditionOptions<Condition, string>>,
): OnnxModel {
  const { shape, batch, inputs = {}, condition } = options;
  if (batch !== undefined && !(Number.isInteger(batch) && batch > 0))
    throw invalid('batch-not-positive', `\`batch\` must be a positive integer, got ${batch}`);
  const examples: Readonly<Record<string, TensorSpec>> = {
    x: { shape, dtype: 'float32' },
    noise: { shape: [], dtype: 'float32' },
    ...inputs,
  };
  const modelOf = (size: number): OnnxModel => {
    const specs = Object.entries(examples).map(([name, spec]) => [name, { ...spec, shape: [size, ...spec.shape] }] as const);
    const graph = trace({ inputs: Object.fromEntries(specs) }, (tensors, output) => {
      const { x, noise } = tensors;
      output('prediction', network.apply(x as Tensor, noise as Tensor1D, condition?.(tensors)));
    });
    return lower(graph);
  };
  if (batch !== undefined) return modelOf(batch);
  const [size, other] = SIZES;
  return freed(modelOf(size), modelOf(other), size);
}

/** The model for any batch size, from those for two. */
function freed(model: OnnxModel, other: OnnxModel, size: number): OnnxModel {
  const dependent = new Set<string>();
  const initializers = new Map<string, OnnxTensor>();
  for (const [name, tensor] of model.initializers) {
    const free = freedTensor(tensor, other.initializers.get(name));
    if (free !== tensor) dependent.add(name);
    if (free !== undefined) initializers.set(name, free);
  }
  for (const [i, node] of model.nodes.entries()) {
    const sameNode = JSON.stringify(node) === JSON.stringify(other.nodes[i]);
    const inferred = node.inputs.every(
      (name, at) => !dependent.has(name) || (node.op === 'Reshape' && at === 1 && initializers.has(name)),
    );
    if (!sameNode || !inferred) throw notFree(node.op);
  }
  const port = ({ name, type, shape }: OnnxPort, twin: OnnxPort | undefined): OnnxPort => {
    const lengths = shape.map((length, axis) => (length === twin?.shape[axis] ? length : undefined));
    if (lengths.some((length, axis) => length === undefined && !(axis === 0 && shape[axis] === size))) throw notFree(name);
    return { name, type, shape: lengths.map((length) => length ?? 'batch') };
  };
  return {
    ...model,
    initializers,
    inputs: model.inputs.map((one, i) => port(one, other.inputs[i])),
    outputs: model.outputs.map((one, i) => port(one, other.outputs[i])),
  };
}

/**
 * The tensor itself if it does not depend on the batch; a shape with its only such length inferred; undefined if that cannot be.
 */
function freedTensor(tensor: OnnxTensor, other: OnnxTensor | undefined): OnnxTensor | undefined {
  if (other === undefined || tensor.shape.join() !== other.shape.join()) return undefined;
  const differing: number[] = [];
  tensor.data.forEach((value: number | bigint, i: number) => {
    if (!Object.is(value, other.data[i])) differing.push(i);
  });
  if (differing.length === 0) return tensor;
  if (differing.length > 1 || !(tensor.data instanceof BigInt64Array)) return undefined;
  return { ...tensor, data: tensor.data.with(differing[0] ?? 0, -1n) };
}

function notFree(where: string): CodedError {
  return invalid('batch-not-free', `${where} needs to know the size of the batch: give \`batch\``);
}
