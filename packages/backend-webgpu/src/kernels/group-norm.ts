/**
 * `GroupNorm` and `GroupNormGrad`: `y = act(x̂·scale + shift)`, `x̂ = (x − mean)·rstd`, with statistics over space and over each of `groups`
 * runs of channels (Wu & He 2018, https://arxiv.org/abs/1803.08494). With `u` the derivative by the argument of `act` and `g = u·scale`,
 *
 *     dx = rstd·(g − ⟨g⟩ − x̂·⟨g·x̂⟩),    dscale = Σ u·x̂,    dshift = Σ u,    ⟨·⟩ the mean over a group
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { columnSums } from '../internal/column-sums.js';
import { perElement, runPerElement } from '../internal/elementwise.js';
import { type Call, type Kernel, kernel } from '../internal/kernel.js';
import { plain, size } from '../internal/plain.js';
import { dispatch, output, type Shader } from '../internal/shader.js';
import { workgroupSum } from '../internal/workgroup-sum.js';
import { siluFunctions } from './silu.js';

interface GroupNormAttributes {
  readonly groups: number;
  readonly epsilon: number;
  readonly activation: 'linear' | 'silu';
}

const threads = 256;
const sizeNames = ['pixels', 'channels', 'groups', 'perSample'];

/** One workgroup for each group of each sample; `element(i)` is the place of its i-th number, of `count`. */
const overGroup = `
  ${workgroupSum(threads)}
  var<private> groupIndex: i32;
  fn channelsOfGroup() -> i32 { return uniforms.channels / uniforms.groups; }
  fn element(i: i32) -> i32 {
    let sample = groupIndex / uniforms.groups;
    let channel = groupIndex % uniforms.groups * channelsOfGroup() + i % channelsOfGroup();
    return (sample * uniforms.pixels + i / channelsOfGroup()) * uniforms.channels + channel;
  }`;

/** A number for each group: `after` of the mean of `term`. */
const statistic = (name: string, inputs: readonly string[], term: string, after: string): Shader => ({
  name,
  inputs,
  integers: sizeNames,
  floats: ['epsilon'],
  threads,
  code: `${overGroup}
    fn main(index: i32) {
      groupIndex = index / ${threads};
      let count = uniforms.pixels * channelsOfGroup();
      var value = 0.0;
      for (var i = i32(localIndex); i < count; i += ${threads}) { let term = ${term}; value += term; }
      let average = sumOver(value) / f32(count);
      if (localIndex == 0u && groupIndex < uniforms.outShape.x) { result[groupIndex] = ${after}; }
    }`,
});
const averages = statistic('groupMean', ['x'], 'x[element(i)]', 'average');
// About the mean, in a second pass: the mean of squares less the square of the mean would cancel.
const centred = 'x[element(i)] - mean[groupIndex]';
const inverses = statistic('groupRstd', ['x', 'mean'], `(${centred}) * (${centred})`, '1.0 / sqrt(average + uniforms.epsilon)');

/** Of the element at `index`: its `channel`, its group and its row of `scale`. */
const place = `
  let channel = index % uniforms.channels;
  let sample = index / (uniforms.pixels * uniforms.channels);
  let group = sample * uniforms.groups + channel / (uniforms.channels / uniforms.groups);
  let row = uniforms.perSample * sample * uniforms.channels + channel;`;

const normalized = (activation: string) =>
  perElement(
    `groupNorm_${activation}`,
    ['x', 'mean', 'rstd', 'scale', 'shift'],
    `${place}
    let z = (x[index] - mean[group]) * rstd[group] * scale[row] + shift[row];
    let value = ${activation === 'silu' ? 'silu(z)' : 'z'};`,
    { integers: sizeNames, code: siluFunctions },
  );

/** `u`, where `hat` is x̂. */
const slope = (activation: string) => (activation === 'silu' ? ' * siluSlope(hat * scale[row] + shift[row])' : '');

/** A binding that a shader does not use is an error. */
const gradientInputs = (activation: string) => ['x', 'mean', 'rstd', 'scale', ...(activation === 'silu' ? ['shift'] : []), 'dy'];

/**
 * For each sample a row `[Σu by channel, Σu·x̂ by channel, ⟨g⟩ by group, ⟨g·x̂⟩ by group]`, one workgroup for each group. Threads lie side by
 * side along channels, in as many lanes as there is room for.
 */
const sums = (activation: string): Shader => ({
  name: `groupNormSums_${activation}`,
  inputs: gradientInputs(activation),
  integers: [...sizeNames, 'samples'],
  threads,
  code: `${siluFunctions}
    var<workgroup> partial: array<vec2<f32>, ${threads}>;
    fn main(index: i32) {
      let groupIndex = index / ${threads};
      let thread = i32(localIndex);
      let sample = groupIndex / uniforms.groups;
      let ofGroup = uniforms.channels / uniforms.groups;
      let start = sample * 2 * (uniforms.channels + uniforms.groups);
      let block = min(ofGroup, ${threads});
      let lanes = ${threads} / block;
      let lane = thread / block;
      var weighted = vec2<f32>(0.0);
      for (var base = 0; base < ofGroup; base += block) {
        let offset = base + thread % block;
        let channel = groupIndex % uniforms.groups * ofGroup + offset;
        let row = uniforms.perSample * sample * uniforms.channels + channel;
        var value = vec2<f32>(0.0);
        if (lane < lanes && offset < ofGroup && sample < uniforms.samples) {
          for (var pixel = lane; pixel < uniforms.pixels; pixel += lanes) {
            let at = (sample * uniforms.pixels + pixel) * uniforms.channels + channel;
            let hat = (x[at] - mean[groupIndex]) * rstd[groupIndex];
            let u = dy[at]${slope(activation)};
            value += vec2<f32>(u, u * hat);
          }
        }
        partial[thread] = value;
        workgroupBarrier();
        if (lane == 0 && offset < ofGroup && sample < uniforms.samples) {
          for (var i = 1; i < lanes; i++) { value += partial[thread + i * block]; }
          result[start + channel] = value.x;
          result[start + uniforms.channels + channel] = value.y;
          partial[thread] = value * scale[row];
        }
        workgroupBarrier();
        for (var i = 0; i < min(block, ofGroup - base); i++) { weighted += partial[i]; }
        workgroupBarrier();
      }
      if (thread == 0 && sample < uniforms.samples) {
        let average = weighted / f32(uniforms.pixels * ofGroup);
        let at = start + 2 * uniforms.channels + groupIndex % uniforms.groups;
        result[at] = average.x;
        result[at + uniforms.groups] = average.y;
      }
    }`,
});

const byInput = (activation: string) =>
  perElement(
    `groupNormGrad_${activation}`,
    [...gradientInputs(activation), 'sums'],
    `${place}
    let hat = (x[index] - mean[group]) * rstd[group];
    let g = dy[index] * scale[row]${slope(activation)};
    let at = 2 * (sample * (uniforms.channels + uniforms.groups) + uniforms.channels) + group % uniforms.groups;
    let value = rstd[group] * (g - sums[at] - hat * sums[at + uniforms.groups]);`,
    { integers: sizeNames, code: siluFunctions },
  );

const shaders = {
  linear: { normalized: normalized('linear'), sums: sums('linear'), byInput: byInput('linear') },
  silu: { normalized: normalized('silu'), sums: sums('silu'), byInput: byInput('silu') },
};

function sizes(x: TensorInfo, scale: TensorInfo, shift: TensorInfo, { groups, activation }: GroupNormAttributes) {
  const [batch = 1, channels = 1] = [x.shape[0], x.shape.at(-1)];
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0)
    throw new RangeError(`\`groups\` must divide ${channels} channels, got ${groups}`);
  if (activation !== 'linear' && activation !== 'silu')
    throw new RangeError(`\`activation\` must be linear or silu, got ${activation}`);
  const perSample = scale.shape.length === 2;
  const expected = perSample ? `${batch},${channels}` : `${channels}`;
  if (`${scale.shape}` !== expected || `${shift.shape}` !== expected)
    throw new RangeError(
      `\`scale\` and \`shift\` must be [${channels}] or [${batch},${channels}], got [${scale.shape}] and [${shift.shape}]`,
    );
  const values = { pixels: size(x) / (batch * channels), channels, groups, perSample: Number(perSample) };
  return { batch, channels, perSample, values };
}

function forward({ inputs, attributes, backend }: Call<GroupNormAttributes>) {
  const { x, scale, shift } = inputs;
  if (!x || !scale || !shift || !plain(x, scale, shift)) return undefined;
  const { batch, values } = sizes(x, scale, shift, attributes);
  const { groups, epsilon, activation } = attributes;
  const ofGroups = (shader: Shader, inputs: Readonly<Record<string, TensorInfo>>) =>
    dispatch(backend, shader, {
      inputs,
      values: { ...values, epsilon },
      output: output(backend, [batch, groups]),
      workgroups: batch * groups,
    });
  const mean = ofGroups(averages, { x });
  const rstd = ofGroups(inverses, { x, mean });
  const y = runPerElement(backend, shaders[activation].normalized, x.shape, { x, mean, rstd, scale, shift }, values);
  return [y, mean, rstd];
}

function backward({ inputs, attributes, backend }: Call<GroupNormAttributes>) {
  const { x, scale, shift, mean, rstd, dy } = inputs;
  if (!x || !scale || !shift || !mean || !rstd || !dy || !plain(x, scale, shift, mean, rstd, dy)) return undefined;
  const { batch, channels, perSample, values } = sizes(x, scale, shift, attributes);
  const { groups, activation } = attributes;
  const width = 2 * (channels + groups);
  const given = { x, mean, rstd, scale, shift, dy };
  const sums = dispatch(backend, shaders[activation].sums, {
    inputs: given,
    values: { ...values, samples: batch },
    output: output(backend, [batch, width]),
    workgroups: batch * groups,
  });
  const dx = runPerElement(backend, shaders[activation].byInput, x.shape, { ...given, sums }, values);
  const columns = (offset: number, shape: readonly number[]) =>
    columnSums(backend, sums, shape, { width, offset, columns: channels, count: perSample ? 1 : batch });
  const [dshift, dscale] = [columns(0, shift.shape), columns(channels, scale.shape)];
  backend.disposeData(sums.dataId);
  return [dx, dscale, dshift];
}

/**
 * Inputs `x` `[N, …, C]`, `scale` and `shift` both `[C]` or both `[N, C]`; attributes `groups`, `epsilon`, `activation` (`'linear'` or `'silu'`). Gives `[y, mean, rstd]`, the last
 * two `[N, groups]`.
 */
export const groupNorm: Kernel = kernel('GroupNorm', forward);

/** Inputs of {@link groupNorm}, its `mean` and `rstd`, and `dy`; same attributes. Gives `[dx, dscale, dshift]`. */
export const groupNormGrad: Kernel = kernel('GroupNormGrad', backward);
