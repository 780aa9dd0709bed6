/**
 * What this machine's ONNX Runtime can do, found by trying: its layout for convolutions differs with the processor and is no
 * promise of its makers, so what is lowered to it has to agree with the standard's own operators before it is used.
 */
import type { Session } from '../engine.js';
import { type Graph, nodesFor, type Value } from '../graph.js';
import { lower } from '../lower.js';
import type { OnnxModel, OnnxPort } from '../onnx.js';
import { Builder, type Window } from './builder.js';

/** Loads a model; throws if the runtime refuses it. */
export type Load = (model: OnnxModel) => Session;

/** Channels per block: 16 with AVX-512, else 8 where the layout exists. */
const BLOCKS = [16, 8];
/** Far above rounding, far below what a wrong layout gives. */
const TOLERANCE = 1e-4;

/** Whether the runtime works on shared memory itself, both reading and writing. */
export function worksInPlace(load: Load): boolean {
  const port = (name: string): OnnxPort => ({ name, type: 'float32', shape: [2] });
  const negate: OnnxModel = {
    nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }],
    initializers: new Map(),
    inputs: [port('x')],
    outputs: [port('y')],
    opsets: { '': 17 },
  };
  return succeeds(load, negate, ({ inputs, outputs, runSync }) => {
    inputs.x?.set([3, -7]);
    runSync();
    return outputs.y?.[0] === -3 && outputs.y[1] === 7;
  });
}

/**
 * Channels per block of the runtime's own layout for convolutions (`com.microsoft.nchwc`); 0 if none gives the right results. A
 * small piece of a network with its gradients, in which everything occurs that is lowered to blocks, is run without and with
 * them.
 */
export function blockSize(load: Load): number {
  const graph = trial();
  const results = (block: number): Session['outputs'] | undefined => {
    let outputs: Session['outputs'] | undefined;
    succeeds(load, lower(graph, { fused: true, block }), (session) => {
      for (const values of Object.values(session.inputs))
        for (let i = 0; i < values.length; i++) values[i] = ((i * 37) % 101) / 50 - 1;
      session.runSync();
      outputs = mapValues(session.outputs);
      return true;
    });
    return outputs;
  };
  const plain = results(0);
  if (plain === undefined) return 0;
  return BLOCKS.find((block) => agree(plain, results(block))) ?? 0;
}

function succeeds(load: Load, model: OnnxModel, check: (session: Session) => boolean): boolean {
  let session: Session | undefined;
  try {
    session = load(model);
    return check(session);
  } catch {
    return false;
  } finally {
    session?.dispose();
  }
}

/** Convolution, normalisation, upsampling and their gradients. */
function trial(): Graph {
  const builder = new Builder();
  const [batch, side, channels] = [16, 16, 16];
  const image = [batch, side, side, channels];
  const large = [batch, 2 * side, 2 * side, channels];
  const input = (name: string, shape: readonly number[]): Value => builder.input(name, { shape, dtype: 'float32' });
  const inputs = {
    x: input('x', image),
    dy: input('dy', image),
    filter: input('filter', [3, 3, channels, channels]),
    scale: input('scale', [channels]),
    shift: input('shift', [channels]),
  };
  const { x, dy, filter, scale, shift } = inputs;
  const window: Window = { strides: [1, 1], pads: { top: 1, bottom: 1, left: 1, right: 1 } };
  const options = { groups: 8, epsilon: 1e-5, activation: 'silu' };
  const spec = (shape: readonly number[]) => ({ shape, dtype: 'float32' }) as const;
  const h = builder.conv(x, filter, shift, window, image);
  const [y, mean, rstd] = builder.node('GroupNorm', [h, scale, shift], options, [
    spec(image),
    spec([batch, 8]),
    spec([batch, 8]),
  ]) as [Value, Value, Value];
  const [dh, dscale, dshift] = builder.node('GroupNormGrad', [h, scale, shift, mean, rstd, dy], options, [
    spec(image),
    spec([channels]),
    spec([channels]),
  ]) as [Value, Value, Value];
  const up = builder.upsample(x, [2, 2]);
  const grown = builder.conv(up, filter, shift, window, large);
  const outputs = {
    y,
    dscale,
    dshift,
    dx: builder.convInput(dh, filter, window, image),
    dfilter: builder.convFilter(x, dh, window, filter.shape),
    grown,
    dsmall: builder.downsum(builder.convInput(grown, filter, window, large), [2, 2]),
    dgrown: builder.convFilter(up, grown, window, filter.shape),
  };
  return {
    inputs: new Map(Object.entries(inputs)),
    outputs: new Map(Object.entries(outputs)),
    nodes: nodesFor(Object.values(outputs)),
  };
}

function agree(plain: Session['outputs'], blocked: Session['outputs'] | undefined): boolean {
  if (blocked === undefined) return false;
  return Object.entries(plain).every(([name, values]) => {
    const others = blocked[name];
    let largest = 0;
    for (const value of values) largest = Math.max(largest, Math.abs(value));
    return others !== undefined && values.every((value, i) => Math.abs(value - (others[i] ?? Number.NaN)) <= TOLERANCE * largest);
  });
}

/** Copies, since a session's memory goes with it. */
function mapValues(outputs: Session['outputs']): Session['outputs'] {
  return Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, values.slice()]));
}
