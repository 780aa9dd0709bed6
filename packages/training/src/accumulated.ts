/**
 * Gradient accumulation: the batch is cut along its first axis, and its parts are differentiated one after the other, in the memory of
 * one part. The sum `Σ (nᵢ/n)·gᵢ` of the parts' gradients is that of the whole batch, since the loss is a mean over examples.
 */
import { batchShare, type Differentiate, disposeAll, invalid, sliceBatch, tensorsIn } from '@tweedie/core';
import { average, batchSize, type Weighted } from './internal/parts.js';

/**
 * Differentiates each batch in `count` equal parts (the first ones larger by one where it does not divide), or one for each example
 * if there are fewer. What a part needs of `inputs` is as for `sharded`.
 * @param differentiate how each part is differentiated
 * @param count positive integer; 1 is `differentiate` itself
 * @throws RangeError (`count-not-positive`); when called (`batch-mismatch`) if first axes differ
 */
export function accumulated(differentiate: Differentiate, count: number): Differentiate {
  if (!Number.isInteger(count) || count < 1)
    throw invalid('count-not-positive', `\`count\` must be a positive integer, got ${count}`);
  if (count === 1) return differentiate;
  return (objective) => {
    const evaluate = differentiate(objective);
    return async (inputs) => {
      const batch = batchSize(inputs);
      const parts = Math.min(count, batch);
      const kept = new Set(tensorsIn(inputs));
      const differentiated = async (i: number): Promise<Weighted> => {
        const { begin, end } = batchShare(batch, parts, i);
        const part = sliceBatch(inputs, { begin, end });
        try {
          return { weight: (end - begin) / batch, result: await evaluate(part) };
        } finally {
          disposeAll(tensorsIn(part).filter((tensor) => !kept.has(tensor)));
        }
      };
      let sum = await differentiated(0);
      for (let i = 1; i < parts; i++) {
        const terms = [sum];
        try {
          terms.push(await differentiated(i));
          sum = { weight: 1, result: average(terms) };
        } finally {
          disposeAll(terms);
        }
      }
      return sum.result;
    };
  };
}
