/**
 * `Conv2DBackpropFilter`: `dW[u, v, i, o] = Σ_nyx x[n, y·s+u−top, x·s+v−left, i]·dy[n, y, x, o]`, a matrix product over all pixels. Few filters have
 * enough numbers to keep a GPU busy, so the pixels are cut into parts, whose sums are added up in a second pass, in an order that is always
 * the same. tfjs has one thread for each number of the filter.
 */
import { columnSums } from '../internal/column-sums.js';
import { type ConvAttributes, convNames, convValues } from '../internal/conv-shape.js';
import { type Kernel, kernel } from '../internal/kernel.js';
import { plain } from '../internal/plain.js';
import { dispatch, output, type Shader } from '../internal/shader.js';
import { fourScalars, outerProduct, productWorkgroups, tile } from '../internal/tile.js';

interface FilterAttributes extends ConvAttributes {
  readonly filterShape: readonly number[];
}

function shader(vectors: boolean): Shader {
  // `row` counts u, v and i, `column` o, `k` pixels.
  const [type, divisor, none] = vectors ? ['vec4<f32>', 4, 'vec4<f32>(0.0)'] : ['f32', 1, '0.0'];
  return outerProduct({
    name: `filterGradient_${vectors}`,
    inputs: ['x', 'dy'],
    vectors: vectors ? ['x', 'dy'] : [],
    integers: convNames,
    place: '(part * uniforms.rows + row) * uniforms.columns + column',
    reads: `
      // The first pixel below and right of which the tap lies, its channel, and the row itself; far outside if there is no such row.
      fn rowOf(row: i32, part: i32) -> vec4<i32> {
        let tap = row / uniforms.inChannels;
        let height = select(-0x1000000, tap / uniforms.filterWidth - uniforms.top, row < uniforms.rows);
        return vec4<i32>(height, tap % uniforms.filterWidth - uniforms.left, row % uniforms.inChannels, row);
      }
      fn columnOf(column: i32, part: i32) -> vec4<i32> { return vec4<i32>(column); }
      // The sample, place in x and number of a pixel of dy; a negative number if there is no such pixel.
      fn innerOf(k: i32, part: i32) -> vec4<i32> {
        let pixel = part * uniforms.steps * ${tile} + k;
        let line = pixel / uniforms.outWidth;
        let sample = line / uniforms.outHeight;
        let height = line % uniforms.outHeight * uniforms.strideHeight;
        return vec4<i32>(sample, height, pixel % uniforms.outWidth * uniforms.strideWidth, select(-1, pixel, sample < uniforms.batch));
      }
      fn xAt(row: vec4<i32>, inner: vec4<i32>) -> ${type} {
        let height = inner.y + row.x;
        let width = inner.z + row.y;
        if (inner.w < 0 || height < 0 || height >= uniforms.inHeight || width < 0 || width >= uniforms.inWidth) { return ${none}; }
        let at = (inner.x * uniforms.inHeight + height) * uniforms.inWidth + width;
        return x[(at * uniforms.inChannels + row.z) / ${divisor}];
      }
      fn dyAt(column: i32, inner: vec4<i32>) -> ${type} {
        if (inner.w < 0 || column >= uniforms.columns) { return ${none}; }
        return dy[(inner.w * uniforms.columns + column) / ${divisor}];
      }
      fn readA(row: vec4<i32>, inner: vec4<i32>, part: i32) -> vec4<f32> {
        ${vectors ? 'return xAt(row, inner);' : fourScalars('xAt(rowOf(row.w + i, part), inner)')}
      }
      fn readB(column: vec4<i32>, inner: vec4<i32>, part: i32) -> vec4<f32> {
        ${vectors ? 'return dyAt(column.x, inner);' : fourScalars('dyAt(column.x + i, inner)')}
      }`,
  });
}
const shaders = { vectors: shader(true), scalars: shader(false) };

/** Workgroups that keep a large GPU busy. */
const enough = 512;
/** Steps of a part that are worth its share of the second pass. */
const fewest = 4;

/** Inputs `x` `[N, H, W, I]`, `dy` `[N, Y, X, O]`; attributes as in tfjs, with `filterShape` `[h, w, I, O]`. */
export const conv2dBackpropFilter: Kernel = kernel<FilterAttributes>(
  'Conv2DBackpropFilter',
  ({ inputs: { x, dy }, attributes, backend }) => {
    const values = x && dy && plain(x, dy) ? convValues(attributes, x.shape, attributes.filterShape) : undefined;
    if (!x || !dy || !values) return undefined;
    const { batch, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = values;
    const [rows, columns] = [filterHeight * filterWidth * inChannels, outChannels];
    const tiles = Math.ceil((batch * outHeight * outWidth) / tile);
    const wanted = Math.min(Math.ceil(enough / productWorkgroups(rows, columns, 1)), Math.ceil(tiles / fewest));
    const steps = Math.ceil(tiles / wanted);
    const parts = Math.ceil(tiles / steps);
    const sums = dispatch(backend, inChannels % 4 === 0 && outChannels % 4 === 0 ? shaders.vectors : shaders.scalars, {
      inputs: { x, dy },
      values: { ...values, rows, columns, steps, parts },
      output: output(backend, parts === 1 ? attributes.filterShape : [parts, rows, columns]),
      workgroups: productWorkgroups(rows, columns, parts),
    });
    if (parts === 1) return sums;
    const dw = columnSums(backend, sums, attributes.filterShape, { width: rows * columns });
    backend.disposeData(sums.dataId);
    return dw;
  },
);
