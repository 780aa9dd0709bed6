/** WGSL that adds up, over all threads of a workgroup, a value that each of them has. */

/** Declares `fn sumOver(value: T) -> T`, to be called by all of the `threads` threads, a power of two; it ends with all having the sum. */
export function workgroupSum(threads: number, type = 'f32'): string {
  return `
    var<workgroup> partial: array<${type}, ${threads}>;
    fn sumOver(value: ${type}) -> ${type} {
      let thread = localIndex;
      partial[thread] = value;
      workgroupBarrier();
      for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
        if (thread < half) { partial[thread] += partial[thread + half]; }
        workgroupBarrier();
      }
      return partial[0];
    }`;
}
