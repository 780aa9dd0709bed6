/** `SquaredNorm`: what clipping by the global norm adds up. */
import { type Kernel, kernel } from '../internal/kernel.js';
import { plain, size } from '../internal/plain.js';
import { dispatch, output, type Shader, workgroupsFor } from '../internal/shader.js';
import { workgroupSum } from '../internal/workgroup-sum.js';

const threads = 256;
/** Elements that a workgroup squares and adds up. */
const share = 16 * threads;

/** Adds up `term` over a share of `x`; the sum goes to a place of its own in `result`. */
const partialSums = (name: string, term: string): Shader => ({
  name,
  inputs: ['x'],
  integers: ['offset', 'places', 'share'],
  threads,
  code: `
    ${workgroupSum(threads)}
    fn main(index: i32) {
      let place = index / ${threads};
      let end = min((place + 1) * uniforms.share, uniforms.xShape);
      var value = 0.0;
      for (var i = place * uniforms.share + i32(localIndex); i < end; i += ${threads}) { let term = x[i]; value += ${term}; }
      let sum = sumOver(value);
      if (localIndex == 0u && place < uniforms.places) { result[uniforms.offset + place] = sum; }
    }`,
});
const squares = partialSums('squaredNorm', 'term * term');
const total = partialSums('total', 'term');

/** Any number of inputs, under any names and of any shapes; gives the scalar `Σ x²` over all of them. */
export const squaredNorm: Kernel = kernel('SquaredNorm', ({ inputs, backend }) => {
  const tensors = Object.values(inputs);
  if (!plain(...tensors)) return undefined;
  const places = tensors.map((x) => workgroupsFor(size(x), share));
  const sums = output(backend, [places.reduce((sum, count) => sum + count, 0)]);
  let offset = 0;
  for (const [i, x] of tensors.entries()) {
    const workgroups = places[i] ?? 0;
    dispatch(backend, squares, { inputs: { x }, values: { offset, places: workgroups, share }, output: sums, workgroups });
    offset += workgroups;
  }
  const values = { offset: 0, places: 1, share: size(sums) };
  const out = dispatch(backend, total, { inputs: { x: sums }, values, output: output(backend, []), workgroups: 1 });
  backend.disposeData(sums.dataId);
  return out;
});
