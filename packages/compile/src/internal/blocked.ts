/**
 * The engine's own layout for convolutions: [N, C/block, H, W, block], a block of channels side by side. Its operators
 * (`com.microsoft.nchwc`) are several times faster than those on [N, C, H, W], and take filters of both sides blocked alike:
 * [O/block, I/block, height, width, block of I, block of O].
 */
import type { OnnxAttribute } from '../onnx.js';
import type { Emitter } from './emitter.js';

const BLOCKED = 'com.microsoft.nchwc';

/** An image [N, C, H, W] in blocks. */
export function toBlocks(emitter: Emitter, image: string): string {
  return emitter.node('ReorderInput', [image], {}, BLOCKED);
}

/** An image in blocks as [N, C, H, W]. */
export function fromBlocks(emitter: Emitter, image: string, channels: number): string {
  return emitter.node('ReorderOutput', [image], { channels: { int: channels } }, BLOCKED);
}

/** What a blocked convolution is told, with all that the operator has no default for. */
export interface BlockedConv {
  readonly size: readonly number[];
  readonly pads?: readonly number[];
  readonly strides?: readonly number[];
  readonly dilations?: readonly number[];
  readonly groups?: number;
}

/** A convolution of blocked images by a blocked filter: inputs [x, filter, bias, sum]. */
export function blockedConv(emitter: Emitter, inputs: readonly string[], options: BlockedConv): string {
  const { size, pads = [0, 0, 0, 0], strides = [1, 1], dilations = [1, 1], groups = 1 } = options;
  const attributes: Record<string, OnnxAttribute> = {
    kernel_shape: { ints: size },
    pads: { ints: pads },
    strides: { ints: strides },
    dilations: { ints: dilations },
    group: { int: groups },
  };
  return emitter.node('Conv', inputs, attributes, BLOCKED);
}

/** A filter [height, width, I, O] for {@link blockedConv}, in its shape [O, I, height, width]. */
export function blockedFilter(
  emitter: Emitter,
  filter: string,
  [height = 1, width = 1, inputs = 1, outputs = 1]: readonly number[],
): string {
  const { block } = emitter.dialect;
  const apart = [height, width, inputs / block, block, outputs / block, block];
  const seen = emitter.reshape(filter, [height, width, inputs, outputs], apart);
  const turned = emitter.node('Transpose', [seen], { perm: { ints: [4, 2, 0, 1, 3, 5] } });
  return emitter.reshape(turned, [], [outputs, inputs, height, width]);
}

/**
 * The same filter turned around, with inputs and outputs exchanged, in the shape [I, O, height, width]: rows of a block, in the
 * order that a list says.
 */
export function blockedTurnedFilter(
  emitter: Emitter,
  filter: string,
  [height = 1, width = 1, inputs = 1, outputs = 1]: readonly number[],
): string {
  const { block } = emitter.dialect;
  const taps = height * width;
  const seen = emitter.reshape(filter, [height, width, inputs, outputs], [taps, inputs, outputs]);
  const exchanged = emitter.node('Transpose', [seen], { perm: { ints: [0, 2, 1] } });
  const rows = inputs / block;
  const order: number[] = [];
  for (let i = 0; i < rows; i++)
    for (let o = 0; o < outputs / block; o++)
      for (let tap = taps - 1; tap >= 0; tap--)
        for (let k = 0; k < block; k++) order.push((tap * outputs + o * block + k) * rows + i);
  const list = emitter.reshape(exchanged, [], [taps * outputs * rows, block]);
  return emitter.reshape(
    emitter.node('Gather', [list, emitter.ints(order)], { axis: { int: 0 } }),
    [],
    [inputs, outputs, height, width],
  );
}
