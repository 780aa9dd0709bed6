import '@tensorflow/tfjs-backend-cpu';
import { grad, matMul, setBackend, square, sum, tensor2d } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { registerGradients } from './gradients.js';

it('makes tf.grad work in Node, however often it is called', async () => {
  await setBackend('cpu');
  const loss = (x: ReturnType<typeof tensor2d>) => sum(square(matMul(x, tensor2d([[1], [2]]))));
  expect(() => grad(loss)(tensor2d([[3, 4]]))).toThrow(/gradient/i);
  registerGradients();
  registerGradients();
  expect([...grad(loss)(tensor2d([[3, 4]])).dataSync()]).toEqual([22, 44]);
});
