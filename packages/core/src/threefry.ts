/**
 * Threefry-2×32 with 20 rounds: a counter-based generator. Output block `i` is a pure function of (key, i), so numbers
 * depend neither on what was drawn before nor on how many are drawn.
 *
 * Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
 */

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** One block of Threefry-2×32: two 32-bit words of key and two of counter give two words, written to `out[0]` and `out[1]`. */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number, out: Uint32Array): void {
  const key2 = key0 ^ key1 ^ 0x1bd11bda;
  let a = (counter0 + key0) | 0;
  let b = (counter1 + key1) | 0;
  for (let round = 0; round < 5; round++) {
    const base = (round & 1) * 4;
    for (let i = 0; i < 4; i++) {
      const rotation = ROTATIONS[base + i] as number;
      a = (a + b) | 0;
      b = ((b << rotation) | (b >>> (32 - rotation))) ^ a;
    }
    const step = (round + 1) % 3;
    a = (a + (step === 0 ? key0 : step === 1 ? key1 : key2)) | 0;
    b = (b + (step === 0 ? key1 : step === 1 ? key2 : key0) + round + 1) | 0;
  }
  out[0] = a;
  out[1] = b;
}
