/** `BatchMatMul` and `_FusedMatMul`. tfjs's is fast for one pair of matrices that are not transposed, and up to 20 times slower for others. */
import { broadcast_util, util } from '@tensorflow/tfjs-core';
import { address, type Call, type Kernel, kernel, output, plain, withScratch } from './internal/kernel.js';
import type { Module } from './internal/module.js';

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: string;
}

function run({ inputs, attributes, backend }: Call<MatMulAttributes>, module: Module) {
  const { a, b, bias, preluActivationWeights } = inputs;
  const { transposeA, transposeB, activation = 'linear' } = attributes;
  if (!a || !b || preluActivationWeights || activation !== 'linear' || !plain(a, b, bias)) return undefined;
  const outerA = a.shape.slice(0, -2);
  const outerB = b.shape.slice(0, -2);
  const [a0 = 1, a1 = 1] = a.shape.slice(-2);
  const [b0 = 1, b1 = 1] = b.shape.slice(-2);
  const [m, k] = transposeA ? [a1, a0] : [a0, a1];
  const [k2, n] = transposeB ? [b1, b0] : [b0, b1];
  const batchA = util.sizeFromShape(outerA);
  const batchB = util.sizeFromShape(outerB);
  // A partly broadcast batch is left to tfjs.
  if (k !== k2 || (batchA !== batchB && batchA !== 1 && batchB !== 1)) return undefined;
  const outer = broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
  const batch = util.sizeFromShape(outer);
  if (batch !== Math.max(batchA, batchB) || (bias && (bias.shape.at(-1) !== n || util.sizeFromShape(bias.shape) !== n)))
    return undefined;
  const out = output(backend, [...outer, m, n]);
  withScratch(backend, [k * 8 * Math.ceil(n / 8), transposeA ? m * k : 0] as const, (panels, rows) => {
    const [strideA, strideB] = [batchA === 1 ? 0 : 4 * m * k, batchB === 1 ? 0 : 4 * k * n];
    const at = [address(backend, a), address(backend, b), bias ? address(backend, bias) : 0, address(backend, out)] as const;
    // One matrix for the whole batch: one product with more rows.
    const merge = strideB === 0 && !transposeA && batchA === batch;
    const [count, height] = merge ? [1, batch * m] : [batch, m];
    module.matMul(...at, count, height, k, n, strideA, strideB, Number(transposeA), Number(transposeB), panels, rows);
  });
  return out;
}

/** Inputs `a` `[…, M, K]`, `b` `[…, K, N]`, attributes `transposeA`, `transposeB`. */
export const batchMatMul: Kernel = kernel('BatchMatMul', run);

/** As {@link batchMatMul} with `bias` `[N]`. Those with an activation stay tfjs's. */
export const fusedMatMul: Kernel = kernel('_FusedMatMul', run);
