import { expect, test } from 'vitest';
import { toFloat32 } from './to-float32.js';

// Known bit patterns of IEEE 754 binary16 and of bfloat16, the upper half of binary32.
test('half precision', () => {
  const patterns = [0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555, 0x7c00, 0xfc00, 0x7e00];
  const values = [0, -0, 1, -2, 65504, 2 ** -14, 2 ** -24, 0.333251953125, Infinity, -Infinity, NaN];
  expect([...toFloat32({ dtype: 'F16', shape: [patterns.length], data: Uint16Array.from(patterns) })]).toEqual(values);
});

test('bfloat16', () => {
  const patterns = [0x3f80, 0xc040, 0x7f80, 0x0000, 0x4049];
  expect([...toFloat32({ dtype: 'BF16', shape: [5], data: Uint16Array.from(patterns) })]).toEqual([1, -3, Infinity, 0, 3.140625]);
});

test('integers, float64 and float32', () => {
  expect(toFloat32({ dtype: 'I64', shape: [2], data: BigInt64Array.of(-3n, 4n) })).toEqual(new Float32Array([-3, 4]));
  expect(toFloat32({ dtype: 'U16', shape: [1], data: Uint16Array.of(0x3c00) })).toEqual(new Float32Array([15360]));
  expect(toFloat32({ dtype: 'F64', shape: [1], data: Float64Array.of(0.1) })).toEqual(new Float32Array([0.1]));
  const data = new Float32Array(1);
  expect(toFloat32({ dtype: 'F32', shape: [1], data })).toBe(data);
});
