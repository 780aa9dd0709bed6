/** A run folder with the small model, as `tweedie train` would have left it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULTS } from '../src/defaults.js';
import { runFolder } from '../src/run-file.js';
import { saveWeights } from '../src/weights-file.js';
import { awake, run, spec } from './small.js';

/** Writes one to `path`; of a run that is not finished there are no weights yet. */
export async function writeSmallRun(path: string, finished = true): Promise<void> {
  mkdirSync(path, { recursive: true });
  const { sampling, training } = DEFAULTS.mnist;
  const settings = {
    format: 'tweedie-run',
    version: 3,
    data: run.data,
    model: spec,
    sampling: { ...sampling, steps: 4 },
    training: { ...training, steps: 7, engine: { kind: 'compiled', threads: 1 } },
    status: { engine: 'onnxruntime-node 1.30.0, threads: 1', trainingSeconds: 2, finished },
  };
  writeFileSync(join(path, 'run.json'), JSON.stringify(settings));
  if (finished) await saveWeights(awake(), runFolder(path));
}
