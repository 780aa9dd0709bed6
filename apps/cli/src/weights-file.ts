/** Weights in a run's folder, as `model.safetensors` holds those of a finished run, with a checksum among their metadata. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { invalid, type Parameters } from '@tweedie/core';
import { assignParameters, readParameters } from '@tweedie/training';
import { decode, encode, type StoredTensor } from '@tweedie/weights';
import { reading } from './files.js';
import type { Model } from './model-spec.js';
import type { RunFolder } from './run-file.js';

const NAME = 'model.safetensors';
const CHECKSUM = 'sha256';

/** Writes a model's weights. */
export async function saveWeights({ network }: Pick<Model, 'network'>, folder: RunFolder): Promise<void> {
  await folder.write(NAME, await checkedWeights(network.parameters));
}

/**
 * Gives a model the weights of a run. A file without a checksum, as another program writes it, is taken at its word.
 * @throws Error (`file-unreadable`); RangeError (`file-damaged`) for damaged weights and those of another model
 */
export async function loadWeights({ network }: Pick<Model, 'network'>, folder: RunFolder): Promise<void> {
  const path = folder.file(NAME);
  await reading(path, async () => assignChecked(network.parameters, await readFile(path)));
}

/** The bytes of a file with these values, a checksum, and more metadata. */
export async function checkedWeights(
  parameters: Parameters,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const tensors = await readParameters(parameters);
  return encode(tensors, { metadata: new Map([...Object.entries(metadata), [CHECKSUM, checksum(tensors)]]) });
}

/**
 * Gives parameters the values of such a file.
 * @param expect throws unless the metadata are those of the right file; then nothing is assigned
 * @throws RangeError (`checksum-differs`), and as `decode` and `assignParameters`
 */
export function assignChecked(
  parameters: Parameters,
  file: Uint8Array,
  expect: (metadata: ReadonlyMap<string, string>) => void = () => {},
): void {
  const { metadata, tensors } = decode(file);
  const expected = metadata.get(CHECKSUM);
  if (expected !== undefined && expected !== checksum(tensors))
    throw invalid('checksum-differs', 'its contents do not match their checksum');
  expect(metadata);
  assignParameters(parameters, tensors);
}

/** Of each tensor's name, shape and elements. */
function checksum(tensors: ReadonlyMap<string, StoredTensor>): string {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name} ${shape}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}
