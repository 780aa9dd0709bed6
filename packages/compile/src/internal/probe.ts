/**
 * What this machine's ONNX Runtime can do, found by trying: its layout for convolutions differs with the processor and is no promise of
 * its makers, so a convolution in it has to agree with the standard's own before it is used.
 */
import type { Session } from '../engine.js';
import type { OnnxModel, OnnxNode, OnnxPort } from '../onnx.js';

/** Loads a model; throws if the runtime refuses it. */
export type Load = (model: OnnxModel) => Session;

/** Channels per block: 16 with AVX-512, else 8 where the layout exists. */
const BLOCKS = [16, 8];
/** Channels of the trial: a multiple of all blocks, so that a wrong guess reads nothing beyond the tensor. */
const CHANNELS = 32;
const SIZE = 5;

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

/** Channels per block of the runtime's own layout for convolutions (`com.microsoft.nchwc`); 0 if none gives the right result. */
export function blockSize(load: Load): number {
  return BLOCKS.find((block) => succeeds(load, convolutions(block), agree)) ?? 0;
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

/** One convolution twice, in the standard's layout and in blocks. */
function convolutions(block: number): OnnxModel {
  const image = [1, CHANNELS, SIZE, SIZE];
  const filter = [CHANNELS, CHANNELS, 3, 3];
  const blocks = CHANNELS / block;
  const shapes = { split: [blocks, block, blocks, block, 3, 3], filter };
  const attributes = { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } };
  const domain = 'com.microsoft.nchwc';
  const nodes: OnnxNode[] = [
    { op: 'Conv', inputs: ['x', 'w'], outputs: ['plain'], attributes },
    { op: 'Reshape', inputs: ['w', 'split'], outputs: ['w split'] },
    // [O/b, b, I/b, b, h, w] to [O/b, I/b, h, w, input's b, output's b]
    { op: 'Transpose', inputs: ['w split'], outputs: ['w turned'], attributes: { perm: { ints: [0, 2, 4, 5, 3, 1] } } },
    { op: 'Reshape', inputs: ['w turned', 'filter'], outputs: ['w blocked'] },
    { op: 'ReorderInput', domain, inputs: ['x'], outputs: ['x blocked'] },
    { op: 'Conv', domain, inputs: ['x blocked', 'w blocked'], outputs: ['y blocked'], attributes },
    { op: 'ReorderOutput', domain, inputs: ['y blocked'], outputs: ['y'], attributes: { channels: { int: CHANNELS } } },
  ];
  const port = (name: string, shape: readonly number[]): OnnxPort => ({ name, type: 'float32', shape });
  return {
    nodes,
    initializers: new Map(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        { type: 'int64', shape: [shape.length], data: BigInt64Array.from(shape, BigInt) },
      ]),
    ),
    inputs: [port('x', image), port('w', filter)],
    outputs: [port('plain', image), port('y', image)],
    opsets: { '': 17, [domain]: 1 },
  };
}

/** Whole numbers without a pattern, so small that every sum is exact and the two have to be equal. */
function agree({ inputs, outputs, runSync }: Session): boolean {
  inputs.x?.forEach((_, i, x) => {
    x[i] = ((i * 37) % 11) - 5;
  });
  inputs.w?.forEach((_, i, w) => {
    w[i] = ((i * 53) % 13) - 6;
  });
  runSync();
  const { plain, y } = outputs;
  return plain?.length === CHANNELS * SIZE * SIZE && plain.every((value, i) => value === y?.[i]);
}
