/** The other models that a run's guidances ask, opened on its engine. */
import { logProbability } from '@tweedie/losses';
import { noisyClassifierOf } from './classifiers.js';
import type { Engine } from './engines.js';
import type { Advisers } from './guide.js';
import type { Model } from './model-spec.js';
import type { Run, RunFolder } from './run-file.js';
import { weakModels } from './weak-models.js';

/** Those of a run, whose classifier is trained when it is first asked for, and then kept in the run's folder. */
export function advisersOf(folder: RunFolder, run: Run, model: Model, engine: Engine): Advisers {
  return {
    weak: weakModels(run, engine),
    async classifier() {
      const network = await noisyClassifierOf(folder, run, model, { engine });
      return logProbability(engine.network(network), model.parameterization);
    },
  };
}
