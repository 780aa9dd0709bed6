/**
 * The derivative of a convolution by its filter, `dW[v, u, i, o] = Σ x[n, y·s + v − top, x·s + u − left, i]·dy[n, y, x, o]`, in
 * two forms.
 *
 * With blocks it is itself one blocked convolution, as fast as the way forward: `dy` becomes the filter. Both are cut into tiles
 * of at most 16 pixels; a tile of `dy` is a filter of that size, 16 tiles (or the same tile of 16 images) are its input channels,
 * and the tiles of `x`, with the rim that the taps reach, are the image. The image's width is (column, channel), so that what it
 * slides over is every tap and channel. Without blocks it is a matrix product for each image, of `dy` in shifted rows by `x` in
 * shifted columns. The copies are made by Gather, which is parallel.
 */
import { blockedConv, toBlocks } from './blocked.js';
import type { Emitter } from './emitter.js';

/** A convolution's sizes; images are [N, C, H, W]. */
export interface ConvSizes {
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Height and width of the input, of the output, and of the filter. */
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
  readonly filter: readonly [number, number];
  readonly strides: readonly [number, number];
  /** Rows and columns that the input is padded by before it. */
  readonly before: readonly [number, number];
}

/** Larger tiles fall out of the nearest cache. */
const LARGEST_TILE = 16;

/** The gradient [height, width, I, O] from `x` and `dy`, both [N, C, H, W]. */
export function filterGradient(emitter: Emitter, x: string, dy: string, sizes: ConvSizes): string {
  return blocked(emitter, x, dy, sizes) ?? (isDense(sizes) ? products(emitter, x, dy, sizes) : tapByTap(emitter, x, dy, sizes));
}

/** Images [N, C, H, W] of which one slides over the other. */
interface Image {
  readonly name: string;
  readonly channels: number;
  readonly size: readonly [number, number];
}

/** A sum of products of one image's pixels with the other's, for every tap. */
export interface Correlation {
  readonly batch: number;
  /** Cut into tiles that overlap, and slid over. */
  readonly image: Image;
  /** Cut into tiles that do not: the filter. */
  readonly kernel: Image;
  readonly taps: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly before: readonly [number, number];
}

function blocked(emitter: Emitter, x: string, dy: string, sizes: ConvSizes): string | undefined {
  const { block } = emitter.dialect;
  const { batch, inputs, outputs, input, output, filter, strides, before } = sizes;
  if (block === 0) return undefined;
  const image = { name: x, channels: inputs, size: input };
  const kernel = { name: dy, channels: outputs, size: output };
  // What slides is copied more than once: better the one with fewer channels.
  const exchange = isDense(sizes) && inputs % block === 0 && (outputs % block !== 0 || outputs < inputs);
  if (!exchange && outputs % block !== 0) return undefined;
  const after: readonly [number, number] = [filter[0] - 1 - before[0], filter[1] - 1 - before[1]];
  const straight = { batch, image, kernel, taps: filter, strides, before };
  const exchanged = { batch, image: kernel, kernel: image, taps: filter, strides, before: after };
  const sums = correlation(emitter, exchange ? exchanged : straight);
  if (sums === undefined) return undefined;
  const [height, width] = filter;
  if (!exchange) {
    // [O/block, height, width, I, block]
    const turned = emitter.node('Transpose', [sums], { perm: { ints: [1, 2, 3, 0, 4] } });
    return emitter.reshape(turned, [], [height, width, inputs, outputs]);
  }
  // [I/block, height, width, O, block], the taps from the last to the first
  const taps = height * width;
  const seen = emitter.reshape(sums, [], [inputs / block, taps, outputs, block]);
  const mirrored = Array.from({ length: taps }, (_, tap) => taps - 1 - tap);
  const ordered = emitter.node('Gather', [seen, emitter.ints(mirrored)], { axis: { int: 1 } });
  const turned = emitter.node('Transpose', [ordered], { perm: { ints: [1, 0, 3, 2] } });
  return emitter.reshape(turned, [], [height, width, inputs, outputs]);
}

/**
 * One blocked convolution for all sums, [M/block, height, width, C, block] with M the kernel's channels, a multiple of the block.
 * Undefined where neither a block of tiles of an image nor a block of images can be the channels.
 */
export function correlation(emitter: Emitter, what: Correlation): string | undefined {
  return tiles(emitter, what) ?? images(emitter, what);
}

/** A block of tiles of one image are the channels. */
function tiles(emitter: Emitter, correlation: Correlation): string | undefined {
  const { block } = emitter.dialect;
  const { batch, image, kernel } = correlation;
  const [height, width] = kernel.size;
  const tile = tilesOf(correlation).find(([p, q]) => {
    const [down, across] = [height / p, width / q];
    return p * q > 3 && block % across === 0 && (down * across) % block === 0;
  });
  if (tile === undefined) return undefined;
  const [p, q] = tile;
  const across = width / q;
  const rows = block / across; // of tiles, in a block
  const blocks = height / p / rows;
  const groups = batch % 2 === 0 ? 2 : 1; // halves of the batch apart: work for two threads
  const [r, c] = reach(correlation, tile);
  const gathered = emitter.reshape(
    gatheredTiles(emitter, pixelsFirst(emitter, batch, image), batch, image.channels, correlation, tile),
    [],
    [batch * blocks, block, r, c * image.channels],
  );
  const slid = emitter.reshape(toBlocks(emitter, gathered), [], [1, batch * blocks * block, r, c * image.channels]);
  const apart = [groups, batch / groups, kernel.channels / block, blocks, rows, p, across, q, block];
  const cut = emitter.reshape(toBlocks(emitter, kernel.name), [], apart);
  const turned = emitter.node('Transpose', [cut], { perm: { ints: [0, 2, 1, 3, 5, 7, 4, 6, 8] } });
  const filter = emitter.reshape(turned, [], [groups * kernel.channels, (batch / groups) * blocks * block, p, q]);
  return summed(emitter, slid, filter, groups, correlation, tile);
}

/** The same tile of a block of images are the channels. */
function images(emitter: Emitter, correlation: Correlation): string | undefined {
  const { block } = emitter.dialect;
  const { batch, image, kernel } = correlation;
  const [height, width] = kernel.size;
  const [tile] = tilesOf(correlation);
  if (tile === undefined || batch % block !== 0) return undefined;
  const [p, q] = tile;
  const [down, across] = [height / p, width / q];
  const groups = batch / block;
  const [r, c] = reach(correlation, tile);
  const [rows, columns] = image.size;
  const { channels } = image;
  const seen = emitter.reshape(image.name, [], [groups, block, channels * rows, columns]);
  const apart = emitter.reshape(toBlocks(emitter, seen), [], [groups, channels, rows * columns, block]);
  const pixels = emitter.reshape(
    emitter.node('Transpose', [apart], { perm: { ints: [0, 2, 1, 3] } }),
    [],
    [groups, rows * columns, channels * block],
  );
  const gathered = gatheredTiles(emitter, pixels, groups, channels * block, correlation, tile);
  const slid = emitter.reshape(gathered, [], [1, batch * down * across, r, c * channels]);
  const cut = emitter.reshape(
    toBlocks(emitter, kernel.name),
    [],
    [groups, block, kernel.channels / block, down, p, across, q, block],
  );
  const turned = emitter.node('Transpose', [cut], { perm: { ints: [0, 2, 3, 5, 4, 6, 1, 7] } });
  const filter = emitter.reshape(turned, [], [groups * kernel.channels, block * down * across, p, q]);
  return summed(emitter, slid, filter, groups, correlation, tile);
}

/** Slides, and adds up the groups: [M/block, height, width, C, block]. */
function summed(
  emitter: Emitter,
  slid: string,
  filter: string,
  groups: number,
  { image, kernel, taps, strides }: Correlation,
  size: Tile,
): string {
  const { block } = emitter.dialect;
  const [down, across] = strides;
  const sums = blockedConv(emitter, [slid, filter], { size, dilations: [down, across * image.channels], groups });
  const seen = emitter.reshape(sums, [], [groups, kernel.channels / block, ...taps, image.channels, block]);
  return emitter.sum(seen, [0]);
}

type Tile = readonly [height: number, width: number];

/** Sizes of tiles that cut the kernel's images evenly, those first that are copied least. */
function tilesOf(correlation: Correlation): readonly Tile[] {
  const [height, width] = correlation.kernel.size;
  const found: Tile[] = [];
  for (let p = 1; p <= Math.min(height, LARGEST_TILE); p++)
    for (let q = 1; p * q <= LARGEST_TILE && q <= width; q++) if (height % p === 0 && width % q === 0) found.push([p, q]);
  const copies = (tile: Tile): number => {
    const [r, c] = reach(correlation, tile);
    return (r * c) / (tile[0] * tile[1]);
  };
  return found.toSorted((a, b) => copies(a) - copies(b));
}

/** Rows and columns of the image that a tile's taps reach. */
function reach({ taps, strides }: Correlation, [p, q]: Tile): readonly [number, number] {
  return [strides[0] * (p - 1) + taps[0], strides[1] * (q - 1) + taps[1]];
}

/** An image as [N, H·W, C]. */
function pixelsFirst(emitter: Emitter, batch: number, { name, channels, size }: Image): string {
  const moved = emitter.node('Transpose', [name], { perm: { ints: [0, 2, 3, 1] } });
  return emitter.reshape(moved, [], [batch, size[0] * size[1], channels]);
}

/** Every pixel of every tile, zero outside of the image, from [batch, H·W, width]. */
function gatheredTiles(
  emitter: Emitter,
  pixels: string,
  batch: number,
  width: number,
  correlation: Correlation,
  tile: Tile,
): string {
  const { image, kernel, strides, before } = correlation;
  const [rows, columns] = image.size;
  const [r, c] = reach(correlation, tile);
  const indices: number[] = [];
  for (let a = 0; a < kernel.size[0]; a += tile[0])
    for (let b = 0; b < kernel.size[1]; b += tile[1])
      for (let v = 0; v < r; v++)
        for (let u = 0; u < c; u++) {
          const [y, x] = [strides[0] * a + v - before[0], strides[1] * b + u - before[1]];
          indices.push(y < 0 || x < 0 || y >= rows || x >= columns ? rows * columns : y * columns + x);
        }
  const padded = emitter.node('Concat', [pixels, emitter.zeros([batch, 1, width])], { axis: { int: 1 } });
  return emitter.node('Gather', [padded, emitter.ints(indices)], { axis: { int: 1 } });
}

/** Whether the filter visits every pixel. */
export function isDense({ strides }: ConvSizes): boolean {
  return strides.every((stride) => stride === 1);
}

/** One product for each image: `dy` in shifted rows, [N, O·height, H·W'], by `x` in shifted columns, [N, H·W', width·I]. */
function products(emitter: Emitter, x: string, dy: string, sizes: ConvSizes): string {
  const { batch, inputs, outputs, input, output, filter, before } = sizes;
  const [rows, columns] = input;
  const [outRows, outColumns] = output;
  const shiftedRows: number[] = [];
  for (let v = 0; v < filter[0]; v++)
    for (let y = 0; y < rows; y++) {
      const from = y - v + before[0];
      shiftedRows.push(from < 0 || from >= outRows ? outRows : from);
    }
  const shiftedColumns: number[] = [];
  for (let y = 0; y < rows; y++)
    for (let column = 0; column < outColumns; column++)
      for (let u = 0; u < filter[1]; u++) {
        const from = column + u - before[1];
        shiftedColumns.push(from < 0 || from >= columns ? rows * columns : y * columns + from);
      }
  const dyRows = emitter.reshape(dy, [], [batch * outputs, outRows, outColumns]);
  const dyPadded = emitter.node('Concat', [dyRows, emitter.zeros([batch * outputs, 1, outColumns])], { axis: { int: 1 } });
  const dyShifted = emitter.node('Gather', [dyPadded, emitter.ints(shiftedRows)], { axis: { int: 1 } });
  const pixels = pixelsFirst(emitter, batch, { name: x, channels: inputs, size: input });
  const xPadded = emitter.node('Concat', [pixels, emitter.zeros([batch, 1, inputs])], { axis: { int: 1 } });
  const xShifted = emitter.node('Gather', [xPadded, emitter.ints(shiftedColumns)], { axis: { int: 1 } });
  const summedOver = rows * outColumns;
  const left = emitter.reshape(dyShifted, [], [batch, outputs * filter[0], summedOver]);
  const right = emitter.reshape(xShifted, [], [batch, summedOver, filter[1] * inputs]);
  const sums = emitter.batchSum(emitter.node('MatMul', [left, right]), batch, outputs * filter[0] * filter[1] * inputs);
  const seen = emitter.reshape(sums, [], [outputs, ...filter, inputs]);
  return emitter.node('Transpose', [seen], { perm: { ints: [1, 2, 3, 0] } });
}

/** One product for each tap, for strides. */
function tapByTap(emitter: Emitter, x: string, dy: string, sizes: ConvSizes): string {
  const { batch, inputs, outputs, input, output, filter, strides, before } = sizes;
  const last = (axis: 0 | 1, tap: number): number => tap + (output[axis] - 1) * strides[axis] + 1;
  const after = ([0, 1] as const).map((axis) => last(axis, filter[axis] - 1) - before[axis] - input[axis]);
  const padded = emitter.node('Pad', [x, emitter.ints([0, 0, ...before, 0, 0, ...after])]);
  const pixels = output[0] * output[1];
  const right = emitter.reshape(dy, [], [batch, outputs, pixels]);
  const taps: string[] = [];
  for (let v = 0; v < filter[0]; v++)
    for (let u = 0; u < filter[1]; u++) {
      const ints = [[v, u], [last(0, v), last(1, u)], [2, 3], strides].map((list) => emitter.ints(list));
      const left = emitter.reshape(emitter.node('Slice', [padded, ...ints]), [], [batch, inputs, pixels]);
      const product = emitter.matMul(left, right, false, true, 3, 3);
      taps.push(emitter.batchSum(product, batch, inputs * outputs));
    }
  const joined = emitter.node('Concat', taps, { axis: { int: 0 } });
  return emitter.reshape(joined, [], [...filter, inputs, outputs]);
}
