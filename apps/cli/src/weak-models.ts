/** The weaker models that autoguidance asks: another run, or a checkpoint of the same. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Denoiser, invalid, key } from '@tweedie/core';
import { trainedUnder } from '@tweedie/parameterizations';
import { assignParameters } from '@tweedie/training';
import { checkpointFile } from '@tweedie/training/node';
import type { Engine } from './engines.js';
import { reading } from './files.js';
import { finishedModel, finishedRun } from './finished-run.js';
import { buildModel, classesOf, denoiserOf, type Model, sampleShape } from './model-spec.js';
import { type Run, runFolder } from './run-file.js';

const AVERAGES = 'ema.';

/**
 * Opens models for a run, by the folder of a finished one or by a `checkpoint….safetensors` of the run itself.
 * @throws RangeError (`weak-differs`) if a model is of other samples or classes; as `finishedRun`, `loadWeights`
 */
export function weakModels(run: Run, engine: Engine): (path: string) => Promise<Denoiser<Tensor>> {
  const ready = ({ model, training }: Pick<Run, 'model' | 'training'>, built: Model) => {
    const parameterization = trainedUnder(built.process)(built.parameterization);
    const network = engine.network(built.network);
    return denoiserOf({ ...built, network, parameterization }, model, training.objective);
  };
  return async (path) => {
    if (path.endsWith('.safetensors')) {
      const built = buildModel(run.model, key(0));
      await reading(path, () => loadAverages(built, path));
      return ready(run, built);
    }
    const folder = runFolder(path);
    const other = await finishedRun(folder);
    expectAlike(path, run, other);
    const built = await finishedModel(folder, other);
    return ready(other, built);
  };
}

async function loadAverages({ network }: Model, path: string): Promise<void> {
  const checkpoint = await checkpointFile(path).load();
  if (checkpoint === undefined) throw invalid('file-missing', 'it does not exist');
  const averages = [...checkpoint.tensors].filter(([name]) => name.startsWith(AVERAGES));
  assignParameters(network.parameters, new Map(averages.map(([name, tensor]) => [name.slice(AVERAGES.length), tensor])));
}

function expectAlike(path: string, run: Run, other: Run): void {
  const kind = ({ data, model: { network } }: Run) =>
    `samples of [${sampleShape(network)}] in ${classesOf(network)} classes${'mean' in data ? ` of mean ${data.mean}` : ''}`;
  if (kind(run) !== kind(other))
    throw invalid('weak-differs', `\`--guide\`: ${path} must be a run of the same data, ${kind(run)}, but has ${kind(other)}`);
}
