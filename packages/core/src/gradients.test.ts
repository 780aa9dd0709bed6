import '@tensorflow/tfjs-backend-cpu';
import { grad, mul, setBackend, square, sum, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { registerGradients } from './gradients.js';

it('makes tf.grad work in Node, however often it is called', async () => {
  await setBackend('cpu');
  const loss = (x: Tensor) => sum(square(mul(x, tensor1d([1, 2]))));
  expect(() => grad(loss)(tensor1d([3, 4]))).toThrow(/gradient/i);
  registerGradients();
  registerGradients();
  expect([...grad(loss)(tensor1d([3, 4])).dataSync()]).toEqual([6, 32]);
});
