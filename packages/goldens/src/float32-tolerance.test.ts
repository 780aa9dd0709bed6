import { expect, test } from 'vitest';
import { float32Tolerance } from './float32-tolerance.js';

const given = (tolerance: Record<string, number | string>, told = {}) =>
  float32Tolerance({ name: 'case', ...told }, { peer: 'peer', what: 'numbers', tolerance });

test('reads numbers and words', () => {
  expect(given({ float32_rel: 2e-4 })).toEqual({ abs: 0, rel: 2e-4 });
  expect(given({ float32: '1e-3 abs (values start near 80 x normal)' })).toEqual({ abs: 1e-3 });
  const least = { float32: 'max(2e-4, 20 x native_float32_max_abs_diff of the case)' };
  expect(given(least)).toEqual({ abs: 2e-4 });
  expect(given(least, { native_float32_max_abs_diff: 1e-3 })).toEqual({ abs: 0.02 });
  expect(() => given({ float32: 'close' })).toThrow('a tolerance for float32 is expected, got "close"');
});
