/** Values of parameters, moved as a whole: between two networks, and between a network and a file. */
import { clone, tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid, type Parameters } from '@tweedie/core';
import { type StoredTensor, toFloat32 } from '@tweedie/weights';

/**
 * Gives `to` the values of `from`, name by name: a second network takes on the averages to be sampled from.
 * @throws RangeError (`parameters-differ`) unless both have the same names and shapes
 */
export function copyParameters(from: Parameters, to: Parameters): void {
  for (const [value, target] of paired(from, to)) target.assign(value);
}

/**
 * Exchanges the values of two sets, so that the network itself can be sampled with its averages, and trained on.
 * @throws RangeError (`parameters-differ`) unless both have the same names and shapes
 */
export function exchangeParameters(a: Parameters, b: Parameters): void {
  tidy(() => {
    for (const [one, other] of paired(a, b)) {
      const held = clone(one);
      one.assign(other);
      other.assign(held);
    }
  });
}

/** Copies of all values, as they go into a safetensors file. */
export async function readParameters(parameters: Parameters): Promise<ReadonlyMap<string, StoredTensor>> {
  const reads = [...parameters].map(async ([name, parameter]): Promise<[string, StoredTensor]> => {
    // A copy, since the cpu backend gives its own memory.
    const data = Float32Array.from(await parameter.data());
    return [name, { dtype: 'F32', shape: parameter.shape, data }];
  });
  return new Map(await Promise.all(reads));
}

/**
 * Gives parameters the values of a file, converted to float32.
 * @throws RangeError (`parameters-differ`) unless both have the same names and shapes; then nothing is assigned
 */
export function assignParameters(parameters: Parameters, values: ReadonlyMap<string, StoredTensor>): void {
  const pairs = paired(values, parameters);
  tidy(() => {
    for (const [value, parameter] of pairs) parameter.assign(tensor(toFloat32(value).slice(), parameter.shape, 'float32'));
  });
}

type Shaped = { readonly shape: readonly number[] };

/** Members of two sets by name, after a check of all of them. */
function paired<A extends Shaped, B extends Shaped>(
  a: ReadonlyMap<string, A>,
  b: ReadonlyMap<string, B>,
): readonly (readonly [A, B])[] {
  for (const name of b.keys()) if (!a.has(name)) throw differ(`lacks ${JSON.stringify(name)}`);
  return [...a].map(([name, one]) => {
    const other = b.get(name);
    if (other === undefined) throw differ(`has ${JSON.stringify(name)}, which the target does not`);
    if (one.shape.join() !== other.shape.join())
      throw differ(`has ${JSON.stringify(name)} of shape [${one.shape}], and the target [${other.shape}]`);
    return [one, other];
  });
}

function differ(why: string): Error {
  return invalid('parameters-differ', `both sets of parameters must have the same names and shapes, but the source ${why}`);
}
