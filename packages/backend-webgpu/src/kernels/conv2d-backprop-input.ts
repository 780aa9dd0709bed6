/**
 * `Conv2DBackpropInput`, the gradient of a convolution by its input, and the transposed convolution:
 * `dx[n, r, c, i] = Σ_uvo dy[n, (r+top−u)/s, (c+left−v)/s, o]·W[u, v, i, o]` over the taps `u`, `v` for which the quotients are whole. Pixels with the same
 * remainders of `r` and `c` have the same taps: for each of these `s²` phases it is a matrix product that multiplies no zeros.
 */
import { type ConvAttributes, convNames, convValues } from '../internal/conv-shape.js';
import { type Kernel, kernel, plain } from '../internal/kernel.js';
import { dispatch, output, type Shader } from '../internal/shader.js';
import { fourScalars, innerProduct, productWorkgroups, tile } from '../internal/tile.js';

interface InputAttributes extends ConvAttributes {
  readonly inputShape: readonly number[];
}

function shader(vectors: boolean): Shader {
  // `row` counts the pixels of a phase, `column` i, `k` the taps and o.
  const [type, divisor, none] = vectors ? ['vec4<f32>', 4, 'vec4<f32>(0.0)'] : ['f32', 1, '0.0'];
  return innerProduct({
    name: `inputGradient_${vectors}`,
    inputs: ['dy', 'filter_'],
    vectors: vectors ? ['dy', 'filter_'] : [],
    integers: [...convNames, 'phaseHeight', 'phaseWidth', 'tapsAcross', 'taps'],
    place: 'placeOf(row, column, part)',
    reads: `
      // Sample, row and column in dx of a pixel of a phase.
      fn pixelOf(row: i32, part: i32) -> vec3<i32> {
        let line = row / uniforms.phaseWidth;
        return vec3<i32>(
          line / uniforms.phaseHeight,
          line % uniforms.phaseHeight * uniforms.strideHeight + part / uniforms.strideWidth,
          row % uniforms.phaseWidth * uniforms.strideWidth + part % uniforms.strideWidth);
      }
      fn tapOf(k: i32, part: i32) -> vec2<i32> {
        let tap = k / uniforms.outChannels;
        return vec2<i32>(
          (part / uniforms.strideWidth + uniforms.top) % uniforms.strideHeight + tap / uniforms.tapsAcross * uniforms.strideHeight,
          (part % uniforms.strideWidth + uniforms.left) % uniforms.strideWidth + tap % uniforms.tapsAcross * uniforms.strideWidth);
      }
      fn dyAt(row: i32, k: i32, part: i32) -> ${type} {
        let pixel = pixelOf(row, part);
        let tap = tapOf(k, part);
        let distance = vec2<i32>(pixel.y + uniforms.top, pixel.z + uniforms.left) - tap;
        let at = vec2<i32>(distance.x / uniforms.strideHeight, distance.y / uniforms.strideWidth);
        if (row >= uniforms.rows || k >= uniforms.taps * uniforms.outChannels || distance.x < 0 || distance.y < 0
            || at.x >= uniforms.outHeight || at.y >= uniforms.outWidth || tap.x >= uniforms.filterHeight || tap.y >= uniforms.filterWidth) {
          return ${none};
        }
        let place = ((pixel.x * uniforms.outHeight + at.x) * uniforms.outWidth + at.y) * uniforms.outChannels;
        return dy[(place + k % uniforms.outChannels) / ${divisor}];
      }
      fn filterAt(column: i32, k: i32, part: i32) -> ${type} {
        let tap = tapOf(k, part);
        if (column >= uniforms.columns || k >= uniforms.taps * uniforms.outChannels
            || tap.x >= uniforms.filterHeight || tap.y >= uniforms.filterWidth) {
          return ${none};
        }
        let place = ((tap.x * uniforms.filterWidth + tap.y) * uniforms.inChannels + column) * uniforms.outChannels;
        return filter_[(place + k % uniforms.outChannels) / ${divisor}];
      }
      fn readA(row: i32, k: i32, part: i32) -> vec4<f32> {
        ${vectors ? 'return dyAt(row, k, part);' : fourScalars('dyAt(row, k + i, part)')}
      }
      fn readB(column: i32, k: i32, part: i32) -> vec4<f32> {
        ${vectors ? 'return filterAt(column, k, part);' : fourScalars('filterAt(column, k + i, part)')}
      }
      // Nowhere for the pixels that only a larger phase has.
      fn placeOf(row: i32, column: i32, part: i32) -> i32 {
        let pixel = pixelOf(row, part);
        if (pixel.y >= uniforms.inHeight || pixel.z >= uniforms.inWidth) { return -1; }
        return ((pixel.x * uniforms.inHeight + pixel.y) * uniforms.inWidth + pixel.z) * uniforms.inChannels + column;
      }`,
  });
}
const shaders = { vectors: shader(true), scalars: shader(false) };

/** Inputs `dy` `[N, Y, X, O]`, `filter` `[h, w, I, O]`; attributes as in tfjs, with `inputShape` `[N, H, W, I]`. */
export const conv2dBackpropInput: Kernel = kernel<InputAttributes>(
  'Conv2DBackpropInput',
  ({ inputs: { dy, filter }, attributes, backend }) => {
    const values = dy && filter && plain(dy, filter) ? convValues(attributes, attributes.inputShape, filter.shape) : undefined;
    if (!dy || !filter || !values) return undefined;
    const { batch, inHeight, inWidth, inChannels, outChannels, filterHeight, filterWidth, strideHeight, strideWidth } = values;
    const [phaseHeight, phaseWidth] = [Math.ceil(inHeight / strideHeight), Math.ceil(inWidth / strideWidth)];
    const tapsAcross = Math.ceil(filterWidth / strideWidth);
    const taps = Math.ceil(filterHeight / strideHeight) * tapsAcross;
    const [rows, columns, parts] = [batch * phaseHeight * phaseWidth, inChannels, strideHeight * strideWidth];
    const steps = Math.ceil((taps * outChannels) / tile);
    return dispatch(backend, outChannels % 4 === 0 ? shaders.vectors : shaders.scalars, {
      inputs: { dy, filter_: filter },
      values: { ...values, phaseHeight, phaseWidth, tapsAcross, taps, rows, columns, steps, parts },
      output: output(backend, attributes.inputShape),
      workgroups: productWorkgroups(rows, columns, parts),
    });
  },
);
