import type { Tolerance } from './compare.js';
import type { GoldenCase, GoldenHeader } from './golden-file.js';
import { number, text } from './read.js';

/**
 * The tolerance of a header for float32: numbers under `float32_abs` and `float32_rel`, or in words under `float32`, as `5e-4 abs`
 * or as a multiple of how far the peer itself comes to lie in float32.
 * @throws TypeError for other words
 */
export function float32Tolerance(golden: GoldenCase, { tolerance }: GoldenHeader): Tolerance {
  const { float32, float32_abs = 0, float32_rel = 0 } = tolerance;
  if (float32 === undefined) return { abs: number(float32_abs), rel: number(float32_rel) };
  const [, least = '', times = ''] = /^max\(([^,]+), (\S+) x native_float32_max_abs_diff of the case\)/.exec(text(float32)) ?? [];
  if (least !== '') return { abs: Math.max(Number(least), Number(times) * number(golden.native_float32_max_abs_diff ?? 0)) };
  const [, abs] = /^(\S+) abs\b/.exec(text(float32)) ?? [];
  if (abs === undefined) throw new TypeError(`a tolerance for float32 is expected, got "${text(float32)}"`);
  return { abs: Number(abs) };
}
