/** Images: convolutions and their gradients, pooling, resampling. They lie as [batch, channels, height, width]. */
import type { Node, Value } from '../../graph.js';
import type { OnnxAttribute } from '../../onnx.js';
import type { Emitter, Lowered } from '../emitter.js';
import { at, type Rule, type Rules } from '../rule.js';

/** Logical axes of an image [batch, height, width, channels] in the order of memory. */
const CHANNELS_FIRST = [0, 3, 1, 2];

const eachAlone = (order: readonly number[]): readonly (readonly number[])[] => order.map((axis) => [axis]);

/** An image as [N, C, H, W]. */
export function image(x: Lowered, emitter: Emitter): string {
  return emitter.arranged(x, eachAlone(CHANNELS_FIRST));
}

function imageOf(name: string, shape: readonly number[], emitter: Emitter): Lowered {
  return emitter.laid(name, shape, CHANNELS_FIRST);
}

interface Sizes {
  readonly strides: readonly number[];
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
}

function sizes({ attributes }: Node): Sizes {
  return { strides: attributes.strides as readonly number[], pads: attributes.pads as readonly number[] };
}

function shapeOf(value: Value | undefined): readonly [number, number, number, number] {
  const [a = 1, b = 1, c = 1, d = 1] = value?.shape ?? [];
  return [a, b, c, d];
}

const conv: Rule = (node, inputs, emitter) => {
  const { strides, pads } = sizes(node);
  const x = image(at(inputs, 0), emitter);
  const weight = emitter.arranged(at(inputs, 1), eachAlone([3, 2, 0, 1]));
  const bias = inputs[2] === undefined ? [] : [emitter.plain(inputs[2])];
  const attributes: Record<string, OnnxAttribute> = {
    strides: { ints: strides },
    pads: { ints: pads },
    group: { int: node.attributes.groups as number },
  };
  return imageOf(emitter.node('Conv', [x, weight, ...bias], attributes), at(node.outputs, 0).shape, emitter);
};

const convInput: Rule = (node, inputs, emitter) => {
  const { strides, pads } = sizes(node);
  const [dy, filter] = [image(at(inputs, 0), emitter), at(inputs, 1)];
  const [height, width] = shapeOf(node.inputs[1]);
  const { shape } = at(node.outputs, 0);
  const [, outHeight, outWidth] = shapeOf(node.inputs[0]);
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  if (strides.every((stride) => stride === 1)) {
    // The convolution with the filter turned around, and its inputs and outputs exchanged.
    const exchanged = emitter.arranged(filter, eachAlone([2, 3, 0, 1]));
    const ints = [[-1, -1], [-height - 1, -width - 1], [2, 3], [-1, -1]].map((list) => emitter.ints(list));
    const turned = height * width === 1 ? exchanged : emitter.node('Slice', [exchanged, ...ints]);
    const around = [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right];
    if (around.every((length) => length >= 0))
      return imageOf(emitter.node('Conv', [dy, turned], { pads: { ints: around } }), shape, emitter);
  }
  const [strideY = 1, strideX = 1] = strides;
  const rest = [
    (shape[1] ?? 1) - ((outHeight - 1) * strideY - top - bottom + height),
    (shape[2] ?? 1) - ((outWidth - 1) * strideX - left - right + width),
  ];
  const weight = emitter.arranged(filter, eachAlone([3, 2, 0, 1]));
  const attributes = { strides: { ints: strides }, pads: { ints: pads }, output_padding: { ints: rest } };
  return imageOf(emitter.node('ConvTranspose', [dy, weight], attributes), shape, emitter);
};

const convFilter: Rule = (node, inputs, emitter) => {
  const { strides, pads } = sizes(node);
  const [batch, height, width, channels] = shapeOf(node.inputs[0]);
  const [, outHeight, outWidth, outChannels] = shapeOf(node.inputs[1]);
  const { shape } = at(node.outputs, 0);
  const [filterHeight = 1, filterWidth = 1] = shape;
  const [top = 0, left = 0] = pads;
  const [strideY = 1, strideX = 1] = strides;
  const bottom = (outHeight - 1) * strideY + filterHeight - top - height;
  const right = (outWidth - 1) * strideX + filterWidth - left - width;
  const x = image(at(inputs, 0), emitter);
  const around = [0, 0, top, left, 0, 0, bottom, right];
  const padded = around.some((length) => length !== 0) ? emitter.node('Pad', [x, emitter.ints(around)]) : x;
  const dy = emitter.arranged(at(inputs, 1), [[0], [3], [1, 2]]);
  const pixels = outHeight * outWidth;
  const taps: string[] = [];
  for (let v = 0; v < filterHeight; v++)
    for (let u = 0; u < filterWidth; u++) {
      const stop = [v + (outHeight - 1) * strideY + 1, u + (outWidth - 1) * strideX + 1];
      const ints = [[v, u], stop, [2, 3], [strideY, strideX]].map((list) => emitter.ints(list));
      const seen = emitter.reshape(emitter.node('Slice', [padded, ...ints]), [], [batch, channels, pixels]);
      const each = emitter.matMul(seen, dy, false, true, 3, 3);
      taps.push(emitter.reshape(emitter.sum(each, [0]), [channels, outChannels], [1, channels, outChannels]));
    }
  const joined = emitter.node('Concat', taps, { axis: { int: 0 } });
  return emitter.laid(emitter.reshape(joined, [taps.length, channels, outChannels], shape), shape);
};

const pool: Rule = (node, inputs, emitter) => {
  const { strides, pads } = sizes(node);
  const attributes = {
    kernel_shape: { ints: node.attributes.size as readonly number[] },
    strides: { ints: strides },
    pads: { ints: pads },
  };
  const name = emitter.node(node.op, [image(at(inputs, 0), emitter)], attributes);
  return imageOf(name, at(node.outputs, 0).shape, emitter);
};

export const imageRules: Rules = {
  Conv: conv,
  ConvInput: convInput,
  ConvFilter: convFilter,
  MaxPool: pool,
  AveragePool: pool,
  Upsample: ({ attributes, outputs }, inputs, emitter) => {
    const [fy = 1, fx = 1] = attributes.factor as readonly number[];
    const scales = emitter.tensor('float32', [4], Float32Array.of(1, 1, fy, fx));
    const options = {
      mode: { string: 'nearest' },
      nearest_mode: { string: 'floor' },
      coordinate_transformation_mode: { string: 'asymmetric' },
    };
    const name = emitter.node('Resize', [image(at(inputs, 0), emitter), '', scales], options);
    return imageOf(name, at(outputs, 0).shape, emitter);
  },
  Downsum: ({ attributes, outputs }, inputs, emitter) => {
    const factor = attributes.factor as readonly number[];
    const options = { kernel_shape: { ints: factor }, strides: { ints: factor } };
    const mean = emitter.node('AveragePool', [image(at(inputs, 0), emitter)], options);
    const count = factor.reduce((product, length) => product * length, 1);
    return imageOf(emitter.node('Mul', [mean, emitter.scalar(count)]), at(outputs, 0).shape, emitter);
  },
};
