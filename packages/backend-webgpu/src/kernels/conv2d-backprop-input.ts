/**
 * `Conv2DBackpropInput`, the gradient of a convolution by its input, and the transposed convolution:
 * `dx[n, r, c, i] = Σ_uvo dy[n, (r+top−u)/s, (c+left−v)/s, o]·W[u, v, i, o]` over the taps `u`, `v` for which the quotients are whole. Pixels with the same
 * remainders of `r` and `c` have the same taps: for each of these `s²` phases it is a matrix product that multiplies no zeros.
 */
import { type ConvAttributes, convNames, convValues } from '../internal/conv-shape.js';
import { type Kernel, kernel } from '../internal/kernel.js';
import { plain } from '../internal/plain.js';
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
      fn phaseOf(part: i32) -> vec2<i32> { return vec2<i32>(part / uniforms.strideWidth, part % uniforms.strideWidth); }
      fn strides() -> vec2<i32> { return vec2<i32>(uniforms.strideHeight, uniforms.strideWidth); }
      fn paddings() -> vec2<i32> { return vec2<i32>(uniforms.top, uniforms.left); }
      // Sample, and place in dy that the first tap meets; far outside if there is no such pixel.
      fn rowOf(row: i32, part: i32) -> vec4<i32> {
        let line = row / uniforms.phaseWidth;
        let at = vec2<i32>(line % uniforms.phaseHeight, row % uniforms.phaseWidth) + (phaseOf(part) + paddings()) / strides();
        return vec4<i32>(line / uniforms.phaseHeight, select(vec2<i32>(-0x1000000), at, row < uniforms.rows), 0);
      }
      fn columnOf(column: i32, part: i32) -> vec4<i32> { return vec4<i32>(column); }
      // How far the tap is from the first, the channel o, and its place in the filter's first column; a negative one if there is no such tap.
      fn innerOf(k: i32, part: i32) -> vec4<i32> {
        let number = k / uniforms.outChannels;
        let channel = k % uniforms.outChannels;
        let steps = vec2<i32>(number / uniforms.tapsAcross, number % uniforms.tapsAcross);
        let tap = (phaseOf(part) + paddings()) % strides() + steps * strides();
        let exists = number < uniforms.taps && tap.x < uniforms.filterHeight && tap.y < uniforms.filterWidth;
        let place = (tap.x * uniforms.filterWidth + tap.y) * uniforms.inChannels * uniforms.outChannels + channel;
        return vec4<i32>(steps, channel, select(-1, place, exists));
      }
      fn dyAt(row: vec4<i32>, inner: vec4<i32>) -> ${type} {
        let at = row.yz - inner.xy;
        if (inner.w < 0 || at.x < 0 || at.y < 0 || at.x >= uniforms.outHeight || at.y >= uniforms.outWidth) { return ${none}; }
        return dy[(((row.x * uniforms.outHeight + at.x) * uniforms.outWidth + at.y) * uniforms.outChannels + inner.z) / ${divisor}];
      }
      fn filterAt(column: i32, inner: vec4<i32>) -> ${type} {
        if (inner.w < 0 || column >= uniforms.columns) { return ${none}; }
        return filter_[(inner.w + column * uniforms.outChannels) / ${divisor}];
      }
      // Four k follow each other: those of scalars are found again from the number of the first.
      fn numberOf(inner: vec4<i32>) -> i32 { return (inner.x * uniforms.tapsAcross + inner.y) * uniforms.outChannels + inner.z; }
      fn readA(row: vec4<i32>, inner: vec4<i32>, part: i32) -> vec4<f32> {
        ${vectors ? 'return dyAt(row, inner);' : fourScalars('dyAt(row, innerOf(numberOf(inner) + i, part))')}
      }
      fn readB(column: vec4<i32>, inner: vec4<i32>, part: i32) -> vec4<f32> {
        ${vectors ? 'return filterAt(column.x, inner);' : fourScalars('filterAt(column.x, innerOf(numberOf(inner) + i, part))')}
      }
      // Nowhere for the pixels that only a larger phase has.
      fn placeOf(row: i32, column: i32, part: i32) -> i32 {
        let line = row / uniforms.phaseWidth;
        let pixel = vec2<i32>(line % uniforms.phaseHeight, row % uniforms.phaseWidth) * strides() + phaseOf(part);
        if (pixel.x >= uniforms.inHeight || pixel.y >= uniforms.inWidth) { return -1; }
        let at = (line / uniforms.phaseHeight * uniforms.inHeight + pixel.x) * uniforms.inWidth + pixel.y;
        return at * uniforms.inChannels + column;
      }`,
  });
}
const shaders = { vectors: shader(true), scalars: shader(false) };

/** Channels below which tfjs's own runs. */
const fewest = 8;

/** Inputs `dy` `[N, Y, X, O]`, `filter` `[h, w, I, O]`; attributes as in tfjs, with `inputShape` `[N, H, W, I]`. */
export const conv2dBackpropInput: Kernel = kernel<InputAttributes>(
  'Conv2DBackpropInput',
  ({ inputs: { dy, filter }, attributes, backend }) => {
    const values = dy && filter && plain(dy, filter) ? convValues(attributes, attributes.inputShape, filter.shape) : undefined;
    if (!dy || !filter || !values) return undefined;
    // Of the 32 columns of a tile, most would be empty; tfjs's thread for each number does as well.
    if (values.inChannels < fewest) return undefined;
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
