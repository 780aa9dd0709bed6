/** Copies of regular pieces: what concatenation, slices and transposition are. */

// @ts-ignore: decorator
@inline
function piece(from: usize, to: usize, bytes: usize): void {
  if (bytes >= 512) {
    memory.copy(to, from, bytes);
    return;
  }
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) v128.store(to + c, v128.load(from + c));
  for (; c < bytes; c += 4) store<u32>(to + c, load<u32>(from + c));
}

/** Copies `rows` pieces of `bytes` bytes (a multiple of 4). */
export function copyRows(from: usize, to: usize, rows: i32, bytes: usize, fromStride: usize, toStride: usize): void {
  for (let i = rows; i > 0; i--) {
    piece(from, to, bytes);
    from += fromStride;
    to += toStride;
  }
}

/** Writes pieces one after the other that lie at four strides in `from`; the last of the four counts runs fastest. */
export function gatherPieces(from: usize, to: usize, n0: i32, n1: i32, n2: i32, n3: i32, s0: usize, s1: usize, s2: usize, s3: usize, bytes: usize): void {
  for (let i = n0; i > 0; i--, from += s0) {
    let f1 = from;
    for (let j = n1; j > 0; j--, f1 += s1) {
      let f2 = f1;
      for (let k = n2; k > 0; k--, f2 += s2) {
        if (bytes == 4) {
          let f3 = f2;
          for (let l = n3; l > 0; l--, f3 += s3, to += 4) store<u32>(to, load<u32>(f3));
        } else {
          copyRows(f2, to, n3, bytes, s3, bytes);
          to += n3 * bytes;
        }
      }
    }
  }
}
