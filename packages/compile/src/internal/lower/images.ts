/** Images: convolutions and their gradients, pooling, resampling. They lie as [batch, channels, height, width]. */
import type { Node, Value } from '../../graph.js';
import { blockedConv, blockedFilter, blockedTurnedFilter, fromBlocks, toBlocks } from '../blocked.js';
import type { Emitter, Lowered } from '../emitter.js';
import { type ConvSizes, filterGradient, isDense } from '../filter-gradient.js';
import { at, type Rule, type Rules } from '../rule.js';
import { canUpsample, isUpsampled, upsampledConv, upsampledConvFilter, upsampledConvInput } from '../upsampled-conv.js';

/** Logical axes of an image [batch, height, width, channels] in the order of memory. */
const CHANNELS_FIRST = [0, 3, 1, 2];

const eachAlone = (order: readonly number[]): readonly (readonly number[])[] => order.map((axis) => [axis]);

/** An image as [N, C, H, W]. */
function image(x: Lowered, emitter: Emitter): string {
  return emitter.arranged(x, eachAlone(CHANNELS_FIRST));
}

function imageOf(name: string, shape: readonly number[], emitter: Emitter): Lowered {
  return emitter.laid(name, shape, CHANNELS_FIRST);
}

/** What a convolution's node says, seen from the convolution itself also where it is a gradient. */
function sizesOf({ attributes }: Node, x: Value | undefined, y: Value | undefined, filter: Value | undefined): ConvSizes {
  const [batch = 1, height = 1, width = 1, inputs = 1] = x?.shape ?? [];
  const [, outHeight = 1, outWidth = 1, outputs = 1] = y?.shape ?? [];
  const [filterHeight = 1, filterWidth = 1] = filter?.shape ?? [];
  const [strideY = 1, strideX = 1] = attributes.strides as readonly number[];
  const [top = 0, left = 0] = attributes.pads as readonly number[];
  return {
    batch,
    inputs,
    outputs,
    input: [height, width],
    output: [outHeight, outWidth],
    filter: [filterHeight, filterWidth],
    strides: [strideY, strideX],
    before: [top, left],
  };
}

/** Padding as ONNX has it: top, left, bottom, right. Less than the image needs is negative, and not allowed. */
function padsOf({ input, output, filter, strides, before }: ConvSizes): readonly number[] {
  const after = ([0, 1] as const).map((axis) => (output[axis] - 1) * strides[axis] + filter[axis] - before[axis] - input[axis]);
  return [...before, ...after.map((length) => Math.max(length, 0))];
}

const conv: Rule = (node, inputs, emitter, of) => {
  const sizes = sizesOf(node, node.inputs[0], node.outputs[0], node.inputs[1]);
  const pads = padsOf(sizes);
  const { shape } = at(node.outputs, 0);
  const groups = node.attributes.groups as number;
  const [x, filter] = [image(at(inputs, 0), emitter), at(inputs, 1)];
  const bias = inputs[2] === undefined ? [] : [emitter.plain(inputs[2])];
  const [source] = node.inputs;
  if (source && isUpsampled(source) && canUpsample(emitter, sizes)) {
    const small = image(of(inputOf(source)), emitter);
    return imageOf(upsampledConv(emitter, small, emitter.plain(filter), bias, sizes), shape, emitter);
  }
  // Constant weights ONNX Runtime blocks by itself, once.
  const constant = at(node.inputs, 1).source.kind === 'constant';
  if (groups === 1 && !constant && hasBlocks(emitter, sizes)) {
    const weight = blockedFilter(emitter, emitter.plain(filter), at(node.inputs, 1).shape);
    const value = blockedConv(emitter, [toBlocks(emitter, x), weight, ...bias], {
      size: sizes.filter,
      pads,
      strides: sizes.strides,
    });
    return imageOf(fromBlocks(emitter, value, sizes.outputs), shape, emitter);
  }
  const around = turnedPads(sizes);
  if (
    groups === 1 &&
    !constant &&
    isDense(sizes) &&
    sizes.outputs < FEW_CHANNELS &&
    sizes.inputs > sizes.outputs &&
    around.every((length) => length >= 0)
  ) {
    // Few outputs: more of a product if each pixel is spread over what it reaches.
    const weight = emitter.arranged(turned(filter, sizes, emitter), eachAlone([2, 3, 0, 1]));
    return imageOf(emitter.node('ConvTranspose', [x, weight, ...bias], { pads: { ints: around } }), shape, emitter);
  }
  const weight = emitter.arranged(filter, eachAlone([3, 2, 0, 1]));
  const attributes = { strides: { ints: sizes.strides }, pads: { ints: pads }, group: { int: groups } };
  return imageOf(emitter.node('Conv', [x, weight, ...bias], attributes), shape, emitter);
};

/** A convolution with fewer outputs is a narrow product. */
const FEW_CHANNELS = 16;

const convInput: Rule = (node, inputs, emitter) => {
  const sizes = sizesOf(node, node.outputs[0], node.inputs[0], node.inputs[1]);
  const [dy, filter] = [image(at(inputs, 0), emitter), at(inputs, 1)];
  const { shape } = at(node.outputs, 0);
  const around = turnedPads(sizes);
  if (isDense(sizes) && around.every((length) => length >= 0)) {
    // The convolution with the filter turned around, and its inputs and outputs exchanged.
    if (hasBlocks(emitter, sizes)) {
      const weight = blockedTurnedFilter(emitter, emitter.plain(filter), at(node.inputs, 1).shape);
      const value = blockedConv(emitter, [toBlocks(emitter, dy), weight], { size: sizes.filter, pads: around });
      return imageOf(fromBlocks(emitter, value, sizes.inputs), shape, emitter);
    }
    const weight = emitter.arranged(turned(filter, sizes, emitter), eachAlone([2, 3, 0, 1]));
    return imageOf(emitter.node('Conv', [dy, weight], { pads: { ints: around } }), shape, emitter);
  }
  const { input, output, strides, filter: taps } = sizes;
  const pads = padsOf(sizes);
  const rest = ([0, 1] as const).map(
    (axis) => input[axis] - ((output[axis] - 1) * strides[axis] - (pads[axis] ?? 0) - (pads[axis + 2] ?? 0) + taps[axis]),
  );
  const weight = emitter.arranged(filter, eachAlone([3, 2, 0, 1]));
  const attributes = { strides: { ints: strides }, pads: { ints: pads }, output_padding: { ints: rest } };
  return imageOf(emitter.node('ConvTranspose', [dy, weight], attributes), shape, emitter);
};

const convFilter: Rule = (node, inputs, emitter, of) => {
  const sizes = sizesOf(node, node.inputs[0], node.inputs[1], node.outputs[0]);
  const [x, dy] = [image(at(inputs, 0), emitter), image(at(inputs, 1), emitter)];
  const [source] = node.inputs;
  const together =
    source && isUpsampled(source) && canUpsample(emitter, sizes)
      ? upsampledConvFilter(emitter, image(of(inputOf(source)), emitter), dy, sizes)
      : undefined;
  return emitter.laid(together ?? filterGradient(emitter, x, dy, sizes), at(node.outputs, 0).shape);
};

/** The first input of the operation that a value comes from. */
function inputOf({ source }: Value): Value {
  if (source.kind !== 'node') throw new RangeError('a value comes from no operation');
  return at(source.node.inputs, 0);
}

function hasBlocks({ dialect: { block } }: Emitter, { inputs, outputs }: ConvSizes): boolean {
  return block > 0 && inputs % block === 0 && outputs % block === 0;
}

/** The padding with which a turned filter undoes a convolution with stride 1. */
function turnedPads({ input, output, filter, before }: ConvSizes): readonly number[] {
  const first = ([0, 1] as const).map((axis) => filter[axis] - 1 - before[axis]);
  return [...first, ...([0, 1] as const).map((axis) => input[axis] - output[axis] + filter[axis] - 1 - (first[axis] ?? 0))];
}

/** A filter with its taps from the last to the first. */
function turned(filter: Lowered, { filter: [height, width], inputs, outputs }: ConvSizes, emitter: Emitter): Lowered {
  const taps = height * width;
  const seen = emitter.reshape(emitter.plain(filter), [height, width, inputs, outputs], [taps, inputs * outputs]);
  const mirrored = Array.from({ length: taps }, (_, tap) => taps - 1 - tap);
  const name = taps === 1 ? seen : emitter.node('Gather', [seen, emitter.ints(mirrored)], { axis: { int: 0 } });
  return { ...emitter.laid(name, [height, width, inputs, outputs]), dims: [taps, inputs * outputs] };
}

const pool: Rule = (node, inputs, emitter) => {
  const { strides, pads } = node.attributes as { readonly strides: readonly number[]; readonly pads: readonly number[] };
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
  Downsum: (node, inputs, emitter, of) => {
    const { attributes, outputs } = node;
    const factor = attributes.factor as readonly number[];
    const { source } = at(node.inputs, 0);
    if (source.kind === 'node' && source.node.op === 'ConvInput' && factor.every((f) => f === 2)) {
      const [dy, filter] = [at(source.node.inputs, 0), at(source.node.inputs, 1)];
      const sizes = sizesOf(source.node, source.node.outputs[0], dy, filter);
      if (canUpsample(emitter, sizes)) {
        const name = upsampledConvInput(emitter, image(of(dy), emitter), emitter.plain(of(filter)), sizes);
        return imageOf(name, at(outputs, 0).shape, emitter);
      }
    }
    const options = { kernel_shape: { ints: factor }, strides: { ints: factor } };
    const mean = emitter.node('AveragePool', [image(at(inputs, 0), emitter)], options);
    const count = factor.reduce((product, length) => product * length, 1);
    return imageOf(emitter.node('Mul', [mean, emitter.scalar(count)]), at(outputs, 0).shape, emitter);
  },
};
