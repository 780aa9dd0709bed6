/** WGSL that adds up, over all threads of a workgroup, a value that each of them has. */

/**
 * Declares `fn sumOver(value: f32) -> f32`, to be called once by all of the `threads` threads, a square number; all get the sum. In two stages of
 * √threads each: waiting for the others costs as much as some additions.
 */
export function workgroupSum(threads: number): string {
  const root = Math.sqrt(threads);
  return `
    var<workgroup> partial: array<f32, ${threads}>;
    var<workgroup> sums: array<f32, ${root}>;
    fn sumOver(value: f32) -> f32 {
      partial[localIndex] = value;
      workgroupBarrier();
      if (localIndex < ${root}u) {
        var sum = 0.0;
        for (var i = localIndex; i < ${threads}u; i += ${root}u) { sum += partial[i]; }
        sums[localIndex] = sum;
      }
      workgroupBarrier();
      var total = 0.0;
      for (var i = 0; i < ${root}; i++) { total += sums[i]; }
      return total;
    }`;
}
