/** What a network is made of, and what one evaluation of it costs. */
import { type Tensor, type Tensor1D, zeros } from '@tensorflow/tfjs-core';
import { type Node, trace } from '@tweedie/compile';
import { key, type Network } from '@tweedie/core';
import { drawSamples, type SampledRun, type SamplingSettings } from './draw-samples.js';
import { buildModel, type ModelSpec, sampleShape } from './model-spec.js';
import { buildNetwork } from './network-spec.js';

/** Of a network. */
export interface NetworkCost {
  /** Shapes of one example. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly parameters: number;
  readonly blocks: readonly { readonly name: string; readonly parameters: number }[];
  /** Of one example: the additions and multiplications of convolutions and matrix products. */
  readonly flops: number;
}

/** Counts from the shapes alone; the network's graph is traced, not computed. */
export function networkCost(spec: ModelSpec['network']): NetworkCost {
  const network = buildNetwork(spec, key(0));
  const input = sampleShape(spec);
  const inputs = {
    x: { shape: [1, ...input], dtype: 'float32' as const },
    noise: { shape: [1], dtype: 'float32' as const },
    label: { shape: [1], dtype: 'int32' as const },
  };
  const graph = trace({ inputs }, ({ x, noise, label }, output) => {
    output('prediction', network.apply(x as Tensor, noise as Tensor1D, label));
  });
  const blocks = new Map<string, number>();
  for (const [name, { size }] of network.parameters) {
    const [block = name] = /^(?:.*?\.\d+(?=\.)|[^.]+)/.exec(name) ?? [];
    blocks.set(block, (blocks.get(block) ?? 0) + size);
  }
  for (const parameter of network.parameters.values()) parameter.dispose();
  return {
    input,
    output: graph.outputs.get('prediction')?.shape.slice(1) ?? [],
    parameters: [...blocks.values()].reduce((sum, size) => sum + size, 0),
    blocks: [...blocks].map(([name, parameters]) => ({ name, parameters })),
    flops: graph.nodes.reduce((sum, node) => sum + flopsOf(node), 0),
  };
}

/** How often the network is evaluated for one sample: counted on a network that always predicts 0. */
export async function evaluationsOf(run: SampledRun, settings: SamplingSettings, { output }: NetworkCost): Promise<number> {
  let evaluations = 0;
  const network: Network<Tensor | undefined> = {
    parameters: new Map(),
    apply({ shape: [count = 0] }) {
      evaluations += count;
      return zeros([count, ...output]);
    },
  };
  const model = buildModel(run.model, key(0));
  for (const parameter of model.network.parameters.values()) parameter.dispose();
  await drawSamples({ ...model, network }, run, settings, Int32Array.of(0), 0);
  return evaluations;
}

/** Each element of the result is a sum of as many products as its filter, or its row, has elements. */
function flopsOf({ op, inputs: [a, b], outputs: [result] }: Node): number {
  const size = (shape: readonly number[] = []) => shape.reduce((product, length) => product * length, 1);
  if (op === 'Conv') return (2 * size(result?.shape) * size(b?.shape)) / (b?.shape.at(-1) ?? 1);
  return op === 'MatMul' ? 2 * size(result?.shape) * (a?.shape.at(-1) ?? 1) : 0;
}
