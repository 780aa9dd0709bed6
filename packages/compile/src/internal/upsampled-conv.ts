/**
 * A 3×3 convolution of an image whose every pixel was written 2×2 times, without writing them: each of the four pixels of the
 * result sees 2×2 pixels of the small image, by sums of the filter's taps, so there is 2.25 times less to do. The gradients
 * likewise: by the image one convolution of 4×4 taps with stride 2, by the filter the correlation of the two, folded from 4×4
 * taps to 3×3.
 */
import type { Value } from '../graph.js';
import { blockedConv, fromBlocks, toBlocks } from './blocked.js';
import type { Emitter } from './emitter.js';
import { type ConvSizes, correlation } from './filter-gradient.js';

/** Whether a value is an image written twice along both axes. */
export function isUpsampled({ source }: Value): boolean {
  return (
    source.kind === 'node' &&
    source.node.op === 'Upsample' &&
    (source.node.attributes.factor as readonly number[]).every((f) => f === 2)
  );
}

/** Whether a convolution is of the kind that these forms know. */
export function canUpsample(
  { dialect: { block } }: Emitter,
  { inputs, outputs, filter, strides, before, input, output }: ConvSizes,
): boolean {
  const usual = [...filter, ...strides, ...before].join() === '3,3,1,1,1,1' && input.join() === output.join();
  return usual && block > 0 && inputs % block === 0 && outputs % block === 0;
}

/**
 * Filter rows that meet row `tap` of the small image for result rows of a `phase`: 2i − 1 + phase + row is written from i − 1 +
 * phase + tap.
 */
const ROWS: Readonly<Record<string, readonly number[]>> = { '0 0': [0], '0 1': [1, 2], '1 0': [0, 1], '1 1': [2] };

/** Phase and tap with which a small pixel meets the results around it, from above to below. */
const MEETS = ['1 1', '0 1', '1 0', '0 0'];

/** For pairs of row sets and column sets: which of the 3×3 taps they sum. */
function folding(sets: readonly (readonly [string, string])[]): Float32Array {
  const table = new Float32Array(sets.length * 9);
  for (const [i, [rows, columns]] of sets.entries())
    for (const v of ROWS[rows] ?? []) for (const u of ROWS[columns] ?? []) table[i * 9 + v * 3 + u] = 1;
  return table;
}

/** The convolution of the small image `x` [N, I, h, w], twice as large. */
export function upsampledConv(emitter: Emitter, x: string, filter: string, bias: readonly string[], sizes: ConvSizes): string {
  const { block } = emitter.dialect;
  const { batch, inputs, outputs, output } = sizes;
  const [height, width] = [output[0] / 2, output[1] / 2];
  const phases = [0, 1].flatMap((a) => [0, 1].map((b) => [a, b] as const));
  const sets = phases.flatMap(([a, b]) => phases.map(([r, s]): [string, string] => [`${a} ${r}`, `${b} ${s}`]));
  const taps = emitter.reshape(filter, [], [9, inputs * outputs]);
  const folded = emitter.node('MatMul', [emitter.tensor('float32', [16, 9], folding(sets)), taps]);
  const apart = emitter.reshape(folded, [], [4, 4, inputs / block, block, outputs / block, block]);
  const turned = emitter.node('Transpose', [apart], { perm: { ints: [0, 4, 2, 1, 3, 5] } });
  const filters = emitter.all(
    'Split',
    [emitter.reshape(turned, [], [4 * outputs, inputs, 2, 2]), emitter.ints([outputs, outputs, outputs, outputs])],
    {},
    4,
  );
  const blocks = toBlocks(emitter, x);
  const results = phases.map(([a, b], i) =>
    blockedConv(emitter, [blocks, filters[i] ?? '', ...bias], { size: [2, 2], pads: [1 - a, 1 - b, a, b] }),
  );
  const rows = batch * (outputs / block) * height;
  const joined = (parts: readonly string[], shape: readonly number[]): string =>
    emitter.node(
      'Concat',
      parts.map((part) => emitter.reshape(part, [], shape)),
      { axis: { int: 1 } },
    );
  const lines = [0, 1].map((a) => joined(results.slice(2 * a, 2 * a + 2), [rows * width, 1, block]));
  const whole = emitter.reshape(joined(lines, [rows, 1, 2 * width * block]), [], [batch, outputs, 2 * height, 2 * width]);
  return fromBlocks(emitter, whole, outputs);
}

/** The derivative by the small image, from that by the convolution's value `dy` [N, O, 2h, 2w]. */
export function upsampledConvInput(emitter: Emitter, dy: string, filter: string, { inputs, outputs }: ConvSizes): string {
  const { block } = emitter.dialect;
  const taps = emitter.reshape(filter, [], [9, inputs, outputs]);
  const exchanged = emitter.reshape(emitter.node('Transpose', [taps], { perm: { ints: [0, 2, 1] } }), [], [9, outputs * inputs]);
  const folded = emitter.node('MatMul', [emitter.tensor('float32', [16, 9], folding(meetings())), exchanged]);
  const apart = emitter.reshape(folded, [], [16, outputs / block, block, inputs / block, block]);
  const turned = emitter.node('Transpose', [apart], { perm: { ints: [3, 1, 0, 2, 4] } });
  const weight = emitter.reshape(turned, [], [inputs, outputs, 4, 4]);
  const value = blockedConv(emitter, [toBlocks(emitter, dy), weight], { size: [4, 4], pads: [1, 1, 1, 1], strides: [2, 2] });
  return fromBlocks(emitter, value, inputs);
}

/** The derivative by the filter [3, 3, I, O], from the small image `x`; undefined where the images cannot be cut into tiles. */
export function upsampledConvFilter(emitter: Emitter, x: string, dy: string, sizes: ConvSizes): string | undefined {
  const { batch, inputs, outputs, output } = sizes;
  const [height, width] = [output[0] / 2, output[1] / 2];
  const sums = correlation(emitter, {
    batch,
    image: { name: dy, channels: outputs, size: output },
    kernel: { name: x, channels: inputs, size: [height, width] },
    taps: [4, 4],
    strides: [2, 2],
    before: [1, 1],
  });
  if (sums === undefined) return undefined;
  const turned = emitter.node('Transpose', [sums], { perm: { ints: [1, 2, 0, 4, 3] } });
  const table = folding(meetings());
  const transposed = Float32Array.from(table, (_, i) => table[(i % 16) * 9 + Math.floor(i / 16)] ?? 0);
  const folded = emitter.node('MatMul', [
    emitter.tensor('float32', [9, 16], transposed),
    emitter.reshape(turned, [], [16, inputs * outputs]),
  ]);
  return emitter.reshape(folded, [], [3, 3, inputs, outputs]);
}

function meetings(): readonly (readonly [string, string])[] {
  return MEETS.flatMap((rows) => MEETS.map((columns): [string, string] => [rows, columns]));
}
