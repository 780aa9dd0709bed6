/** A network's parameters on disk, as safetensors. */
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid, type Parameters } from '@tweedie/core';
import { encode, type StoredTensor, toFloat32 } from '@tweedie/weights';
import { openFile } from '@tweedie/weights/node';

/** The bytes of a safetensors file with these parameters. */
export async function encodeParameters(parameters: Parameters): Promise<Uint8Array> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, value] of parameters)
    tensors.set(name, { dtype: 'F32', shape: value.shape, data: await value.data<'float32'>() });
  return encode(tensors);
}

/**
 * Gives the parameters the values of a file.
 * @throws RangeError (`weights-differ`) if a name or a shape does not fit
 */
export async function loadParameters(parameters: Parameters, path: string): Promise<void> {
  const file = await openFile(path);
  try {
    const differ = (why: string) => invalid('weights-differ', `${path} does not fit the network that run.json describes: ${why}`);
    for (const name of file.tensors.keys()) if (!parameters.has(name)) throw differ(`the network has no \`${name}\``);
    for (const [name, variable] of parameters) {
      const info = file.tensors.get(name);
      if (info === undefined) throw differ(`\`${name}\` is missing`);
      if (info.shape.join() !== variable.shape.join())
        throw differ(`\`${name}\` has shape [${info.shape}], and the network needs [${variable.shape}]`);
      const values = toFloat32(await file.read(name));
      tidy(() => variable.assign(tensor(values, variable.shape)));
    }
  } finally {
    await file.close();
  }
}
