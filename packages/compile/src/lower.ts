/**
 * Lowering: from the traced graph to ONNX. Values keep the layout they come in, so that reshaping and transposing are free and a
 * convolution's images stay [batch, channels, height, width] from one to the next; memory is transposed only where an operation
 * needs another order.
 */
import type { Dialect } from './engine.js';
import type { Graph, Value } from './graph.js';
import { Emitter, type Lowered } from './internal/emitter.js';
import { plainLayout } from './internal/layout.js';
import { elementwiseRules } from './internal/lower/elementwise.js';
import { imageRules } from './internal/lower/images.js';
import { movementRules } from './internal/lower/movement.js';
import { normalizationRules } from './internal/lower/normalization.js';
import { sumRules } from './internal/lower/sums.js';
import type { Rules } from './internal/rule.js';
import { isSmall } from './internal/work.js';
import type { OnnxModel, OnnxNode } from './onnx.js';

const rules: Rules = { ...elementwiseRules, ...imageRules, ...movementRules, ...normalizationRules, ...sumRules };

/** Only operators of the ONNX standard: what every runtime understands. */
export const portable: Dialect = { fused: false, block: 0 };

/**
 * An ONNX model of a graph. Inputs and outputs have the graph's names and shapes, in logical order.
 * @param dialect what the runtime can do beyond the standard. Default {@link portable}
 */
export function lower(graph: Graph, dialect: Dialect = portable): OnnxModel {
  const emitter = new Emitter(
    dialect,
    new Set([...graph.inputs.keys(), ...graph.outputs.keys()]),
    isSmall(graph) && graph.nodes.some(({ op }) => op === 'SiLUGrad'),
  );
  const lowered = new Map<Value, Lowered>();
  const used = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  for (const value of graph.outputs.values()) used.add(value);
  const leaf = (value: Value): Lowered => {
    const { source, shape, dtype } = value;
    const laid = (name: string): Lowered => ({ name, dims: shape, layout: plainLayout(shape) });
    if (source.kind === 'input') return laid(source.name);
    if (source.kind === 'constant') return laid(emitter.constant(shape, source.data, dtype));
    if (source.kind === 'splat' && shape.length === 0) return laid(emitter.scalar(source.value, dtype));
    if (source.kind === 'splat') return laid(emitter.node('Expand', [emitter.scalar(source.value, dtype), emitter.ints(shape)]));
    throw new RangeError('a node came before its inputs');
  };
  const of = (value: Value): Lowered => {
    let found = lowered.get(value);
    if (found === undefined) {
      found = leaf(value);
      lowered.set(value, found);
    }
    return found;
  };
  for (const node of graph.nodes) {
    const rule = rules[node.op];
    if (rule === undefined) throw new RangeError(`the operation ${node.op} has no rule for lowering`);
    const made = rule(node, node.inputs.map(of), emitter, of);
    for (const [i, output] of node.outputs.entries()) {
      const one = Array.isArray(made) ? made[i] : made;
      if (one !== undefined) lowered.set(output, one);
    }
  }
  const results = new Map([...graph.outputs].map(([name, value]) => [name, emitter.plain(of(value))]));
  const { nodes, initializers } = emitter;
  return {
    ...named({ nodes, initializers }, results, new Set(graph.inputs.keys())),
    inputs: [...graph.inputs].map(([name, { shape, dtype }]) => ({ name, type: dtype, shape })),
    outputs: [...graph.outputs].map(([name, { shape, dtype }]) => ({ name, type: dtype, shape })),
    opsets: opsetsOf(nodes),
  };
}

const VERSIONS: Readonly<Record<string, number>> = { '': 17, 'com.microsoft': 1, 'com.microsoft.nchwc': 1 };

function opsetsOf(nodes: readonly OnnxNode[]): Readonly<Record<string, number>> {
  const domains = new Set(['', ...nodes.map(({ domain }) => domain ?? '')]);
  return Object.fromEntries([...domains].map((domain) => [domain, VERSIONS[domain] ?? 1]));
}

type Body = Pick<OnnxModel, 'nodes' | 'initializers'>;

/** Gives results their names; without a node of its own where one node can be renamed. Nodes that lead nowhere are left out. */
function named({ nodes, initializers }: Body, results: ReadonlyMap<string, string>, inputs: ReadonlySet<string>): Body {
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const [name, inner] of results) {
    if (inputs.has(inner) || initializers.has(inner) || renamed.has(inner))
      copies.push({ op: 'Identity', inputs: [inner], outputs: [name] });
    else renamed.set(inner, name);
  }
  const rename = (name: string): string => renamed.get(name) ?? name;
  const all = [...nodes, ...copies];
  const needed = new Set(results.values());
  const kept = all
    .toReversed()
    .filter((node) => {
      const wanted = copies.includes(node) || node.outputs.some((name) => needed.has(name));
      if (wanted) for (const name of node.inputs) needed.add(name);
      return wanted;
    })
    .toReversed();
  return {
    nodes: kept.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
    initializers: new Map([...initializers].filter(([name]) => needed.has(name))),
  };
}
