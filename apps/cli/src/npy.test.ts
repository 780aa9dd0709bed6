import { expect, it } from 'vitest';
import { npy } from './npy.js';

// Bytes written by numpy.save (NumPy 2.4) for np.array([[1.5, -2], [0, 3]], '<f4') and np.array([7, -1], '<i4').
const header = (dict: string) => `\x93NUMPY\x01\x00v\x00${dict.padEnd(117)}\n`;

it('writes float32 as numpy.save does', () => {
  const file = Buffer.from(npy(Float32Array.of(1.5, -2, 0, 3), [2, 2]));
  expect(file.subarray(0, 128).toString('latin1')).toBe(header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"));
  expect(file.subarray(128).toString('hex')).toBe('0000c03f000000c00000000000004040');
});

it('writes int32 vectors with the tuple of one', () => {
  const file = Buffer.from(npy(Int32Array.of(7, -1), [2]));
  expect(file.subarray(0, 128).toString('latin1')).toBe(header("{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }"));
  expect(file.subarray(128).toString('hex')).toBe('07000000ffffffff');
});
