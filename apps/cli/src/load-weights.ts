/** The weights of a finished run. */
import { readFile } from 'node:fs/promises';
import { assignParameters } from '@tweedie/training';
import { decode } from '@tweedie/weights';
import type { Model } from './model-spec.js';
import type { RunFolder } from './run-file.js';

/** Gives a model the weights in `model.safetensors`; throws as `decode` and `assignParameters` if they are damaged or of another model. */
export async function loadWeights({ network }: Pick<Model, 'network'>, folder: RunFolder): Promise<void> {
  assignParameters(network.parameters, decode(await readFile(folder.file('model.safetensors'))).tensors);
}
