/**
 * What an import may cost a web page, minified and compressed, siblings included and TensorFlow.js not: 3 kB for one file
 * (one algorithm) and 5 kB for a whole package, unless it is named here. A sampler has 1.5 kB for itself, in gzip, beyond the
 * mathematics that samplers share.
 */
import { join, relative } from 'node:path';
import { publicPackages, root, subpaths } from './scripts/workspace.mjs';

const perFile = '3 kB';
const perPackage = '5 kB';
const perSampler = '1.5 kB';
const shared = ['exponential', 'adams', 'singlestep', 'integrand', 'multistep', 'gauss-legendre'].map((part) => `*/${part}.js`);
const budgets = {
  '@tweedie/backend-node': '9 kB', // for Node: every check of a machine
  '@tweedie/backend-node/cuda': '9 kB',
  '@tweedie/backend-node/native-cpu': '7 kB',
  '@tweedie/backend-wasm': '19 kB', // the kernels themselves
  '@tweedie/backend-wasm/register-kernels': '17 kB',
  '@tweedie/backend-wasm/wasm': '19 kB',
  '@tweedie/backend-webgpu': '13 kB', // with its shaders
  '@tweedie/backend-webgpu/kernels/group-norm': '4 kB',
  '@tweedie/backend-webgpu/register-kernels': '8 kB',
  '@tweedie/backend-webgpu/webgpu': '13 kB',
  '@tweedie/compile': '25 kB', // a tracing backend, its kernels, and what they are lowered to
  '@tweedie/compile/compile': '20 kB',
  '@tweedie/compile/compiled': '22 kB',
  '@tweedie/compile/compiled-network': '22 kB', // with its gradient
  '@tweedie/compile/lower': '12 kB',
  '@tweedie/compile/node': '21 kB',
  '@tweedie/compile/onnx-network': '20 kB',
  '@tweedie/compile/trace': '9 kB',
  '@tweedie/core': '8 kB',
  '@tweedie/core/sample': '5 kB', // the driver, step control included
  '@tweedie/evaluation': '7 kB',
  '@tweedie/guidance': '8 kB', // inverse problems included
  '@tweedie/guidance/inverse/posterior-sampling': '4 kB', // with tfjs's gradients, made repeatable
  '@tweedie/guidance/inverse/pseudoinverse-guided': '4 kB',
  '@tweedie/losses': '18 kB', // every objective of the field
  '@tweedie/losses/bounds/consistency-elbo': '6 kB',
  '@tweedie/losses/bounds/discrete-elbo': '6 kB',
  '@tweedie/losses/bounds/learned-variance-loss': '6 kB',
  '@tweedie/losses/bounds/stepwise-bound': '6 kB',
  '@tweedie/losses/bounds/variational-bound': '6 kB',
  '@tweedie/losses/classification': '4 kB',
  '@tweedie/losses/diffusion-loss': '4 kB', // with the draws of times, noise and dropout
  '@tweedie/losses/score/check-curvature': '5 kB', // with tfjs's gradients, made right to the second order
  '@tweedie/losses/score/denoising-score-matching': '4 kB',
  '@tweedie/losses/score/explicit-score-matching': '4 kB',
  '@tweedie/losses/score/implicit-score-matching': '7 kB',
  '@tweedie/losses/score/probed-score-matching': '7 kB',
  '@tweedie/losses/score/sliced-score-matching': '7 kB',
  '@tweedie/networks': '8 kB',
  '@tweedie/networks/compact-unet': '6 kB',
  '@tweedie/networks/mlp': '4 kB',
  '@tweedie/networks/noisy-classifier': '6 kB',
  '@tweedie/networks/unet': '6 kB',
  '@tweedie/samplers': '9 kB', // more than forty
  '@tweedie/schedules': '6 kB',
  '@tweedie/testing': '12 kB',
  '@tweedie/testing/capabilities': '8 kB', // a formula for each kernel
  '@tweedie/testing/describe-sampler': '9 kB',
  '@tweedie/testing/measured-order': '4 kB',
  '@tweedie/testing/sample-tensors': '5 kB',
  '@tweedie/training': '13 kB', // with the calls to workers
  '@tweedie/training/checkpoint': '4 kB',
  '@tweedie/training/node': '4 kB',
  '@tweedie/training/remote': '6 kB',
  '@tweedie/training/train': '6 kB',
};

export default publicPackages()
  .filter(({ folder }) => relative(root, folder).startsWith('packages'))
  .flatMap((entry) =>
    ['.', ...subpaths(entry)].map((subpath) => {
      const name = join(entry.name, subpath).replaceAll('\\', '/');
      const sampler = name.startsWith('@tweedie/samplers/');
      return {
        name,
        path: `${relative(root, entry.folder)}/dist/${subpath === '.' ? 'index' : subpath.slice(2)}.js`,
        limit: budgets[name] ?? (sampler ? perSampler : subpath === '.' ? perPackage : perFile),
        gzip: sampler,
        ignore: ['@tensorflow/*', 'onnxruntime-node', 'sharp', 'vitest', 'node:*', ...(sampler ? shared : [])],
      };
    }),
  );
