/** Functions that cannot be compiled, for tests of what tells them apart. */
import * as tf from '@tensorflow/tfjs-core';

/** One float32 tensor [2, 4, 4, 2] to another one. */
export type Impure = (x: tf.Tensor) => tf.Tensor;

let calls = 0;
const four = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;

/** Each with the error that it must meet, and what must stand on the line that the error names. */
export const impure: Readonly<Record<string, { readonly code: string; readonly line: string; readonly fn: Impure }>> = {
  'random numbers': {
    code: 'constant-differs',
    line: 'randomNormal',
    fn: (x) => {
      const noise = tf.randomNormal(x.shape);
      return tf.add(x, noise);
    },
  },
  'a number that counts': { code: 'constant-differs', line: 'tf.mul(x, calls++)', fn: (x) => tf.neg(tf.mul(x, calls++)) },
  'a path that changes': {
    code: 'constant-differs',
    line: 'calls++ % 2',
    fn: (x) => tf.add(x, calls++ % 2 === 0 ? 1 : 2),
  },
  dataSync: { code: 'traced-tensor-read', line: 'dataSync()', fn: (x) => tf.mul(x, tf.sum(x).dataSync()[0] ?? 0) },
  arraySync: { code: 'traced-tensor-read', line: 'arraySync()', fn: (x) => tf.mul(x, tf.sum(x).arraySync() as number) },
  'an operation without a compiled form': { code: 'kernel-unsupported', line: 'topk', fn: (x) => tf.topk(x, 1).values },
  'complex numbers': { code: 'kernel-unsupported', line: 'tf.complex', fn: (x) => tf.real(tf.complex(x, x)) },
  strings: { code: 'kernel-unsupported', line: 'string', fn: (x) => tf.add(x, tf.tensor1d(['a'], 'string').size) },
  'a dilated convolution': {
    code: 'kernel-unsupported',
    line: 'conv2d',
    fn: (x) => tf.conv2d(four(x), tf.ones([2, 2, 2, 1]), 1, 'valid', 'NHWC', 2),
  },
  'a gradient without a compiled form': {
    code: 'kernel-unsupported',
    line: 'tf.grad',
    fn: (x) => tf.grad((x) => tf.maxPool(four(x), 2, 2, 'valid'))(x),
  },
};
