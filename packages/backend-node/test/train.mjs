/** `node train.mjs <folder>`: uses the tfjs-node of the project in the folder, and prints Node's version, tfjs's backend and a gradient. */
import { getBackend, grad, mul, sum, tensor } from '@tensorflow/tfjs-core';
import { nativeCpu } from '@tweedie/backend-node';
import { useBackend } from '@tweedie/core';

await useBackend(nativeCpu({ from: process.argv[2] }));
const gradient = await grad((x) => sum(mul(x, x)))(tensor([1, -2, 3])).data();
console.log(process.version, getBackend(), gradient.join());
